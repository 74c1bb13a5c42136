"""What an act on a promise's page is: its form, where the page draws it, and what it does.

An act is added by describing it in the module of its theme, with a template `promise/acts/<name>.html` for the body of
its form; `commitments.web.acts` lists the themes.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import Trigger
from commitments.models import Commitment, CommitmentEvent, Escalation, Watcher
from commitments.selectors.breaks import unexplained_breaks
from commitments.selectors.calling import caller_of
from commitments.selectors.calls import CallReason, call_instead
from commitments.selectors.handoffs import Handing
from commitments.selectors.replies import waiting_messages
from commitments.selectors.strain import NOT_STRAINED, Strained, strain_of
from commitments.services.refusals import Refused
from commitments.web.fields import LocalTimeField, PageForm, due_from
from commitments.web.hours import who_works
from commitments.web.words import Words

BY_MAIL, TOLD = "mail", "told"
TOLD_CHOICE = (TOLD, _("I have just told them"))


class Place(enum.StrEnum):
    """Where a promise's page draws the form of an act."""

    NOW = "now"
    """Above everything else, open: the state of the promise asks for it."""
    COMPOSER = "composer"
    """The composer, always open."""
    MAIN = "main"
    """A fold of its own below the composer."""
    MORE = "more"
    """A fold among those that are rarely needed."""
    PHONE = "phone"
    """One press, beside the customer's telephone number."""


@dataclass(frozen=True)
class Seen:
    """A promise as its page sees it. `asked`: what the page's address asks for; `ladders`: its open escalations.

    What only some acts need is read when one asks for it, once.
    """

    commitment: Commitment
    actor: Any
    now: datetime
    ladders: tuple[Escalation, ...]
    asked: QueryDict
    handing: Handing
    """Who answers for it, stands in and is asked to take it over."""

    @property
    def is_open(self) -> bool:
        """Whether the promise is still to be kept."""
        return self.commitment.ended_at is None

    @property
    def zone(self) -> str:
        """The zone in which the page reads and writes times."""
        return self.commitment.team.calendar.zone

    @property
    def can_be_mailed(self) -> bool:
        """Whether word can go to this promise's customer by mail."""
        return self.commitment.goes_by_mail

    @property
    def is_waited_for(self) -> bool:
        """Whether the customer waits for an answer."""
        return self.commitment.customer_waiting_since is not None or self.commitment.disputed_since is not None

    @cached_property
    def strain(self) -> Strained:
        """How the customer was treated lately."""
        customer = self.commitment.customer_id
        return strain_of(customers=[customer], now=self.now, actor=self.actor).get(customer, NOT_STRAINED)

    @cached_property
    def call_instead(self) -> CallReason | None:
        """Why a person calls this customer rather than mail them; nothing where a mail will do, or nothing is owed."""
        if not self.is_open and not self.is_waited_for and not self.has_failed:
            return None
        reason = call_instead(self.commitment.customer, [self.commitment], strain=self.strain)
        if self.has_failed and reason in {None, CallReason.STRAINED}:
            return CallReason.UNDELIVERABLE
        return reason

    @property
    def has_failed(self) -> bool:
        """Whether the last mail to the customer did not arrive."""
        return any(ladder.trigger == Trigger.UNDELIVERABLE for ladder in self.ladders)

    @cached_property
    def watchers(self) -> list[Watcher]:
        """Who else gets the mails, in the order in which they were added."""
        return list(self.commitment.watchers.select_related("customer").order_by("added_at", "pk"))

    @cached_property
    def waiting_messages(self) -> list[CommitmentEvent]:
        """The customer's messages that have no answer."""
        return waiting_messages(commitment=self.commitment)

    @cached_property
    def unexplained_breaks(self) -> list[datetime]:
        """The broken dates for which nobody has given a reason."""
        return unexplained_breaks(commitment=self.commitment)

    @cached_property
    def caller(self) -> Any:
        """Who is on the line with the customer now; nobody as a rule."""
        until = self.commitment.calling_until
        return caller_of(self.commitment) if until is not None and self.now < until else None


@dataclass(frozen=True, slots=True)
class Doing:
    """An act as it was posted: who does it to which promise, and what the form has read."""

    commitment: Commitment
    actor: Any
    now: datetime
    cleaned: Mapping[str, Any]
    waited: timedelta = timedelta()
    """How long it has waited in the browser since the press."""

    @property
    def by_mail(self) -> bool:
        """Whether the customer is told by mail, in a form that asks how."""
        return bool(self.cleaned["by_mail"] == BY_MAIL)

    @property
    def on(self) -> dict[str, Any]:
        """What every service takes: who acts on which promise as it was read, and when."""
        return {
            "actor": self.actor,
            "reference": self.commitment.reference,
            "now": self.now,
            "version": self.cleaned["version"],
        }

    def instant(self, field: str) -> datetime | None:
        """Read a local time of the team's zone; a due date alone is the end of its day.

        When it happened, left empty, is the press, where the act has waited in the browser since then.
        Raises Refused where the clocks skip it, and for a day on which the team is closed.
        """
        at = due_from(self.cleaned, field, team=self.commitment.team)
        return self.pressed_at if at is None and field == "happened_at" else at

    @property
    def pressed_at(self) -> datetime | None:
        """When it was pressed, if that was not just now."""
        return self.now - self.waited if self.waited else None

    def who_works(self, at: datetime) -> str:
        """Say, after a space, who works at a promised time outside open hours; nothing for one within."""
        sentence = who_works(at, team=self.commitment.team, now=self.now)
        return f" {sentence}" if sentence else ""

    def instant_of(self, field: str) -> datetime:
        """Read a local time that has to be there. Raises Refused as `instant` does, and where there is none."""
        at = self.instant(field)
        if at is None:
            raise Refused(gettext("Give a date and a time."), field=field)
        return at


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `name`: its form's prefix, its part's id and its template; `path`: its address, and that one's name."""

    name: str
    path: str
    title: Words
    icon: str
    form: Callable[[Seen, QueryDict | None], PageForm]
    do: Callable[[Doing], str]
    """Does it, and gives what is then said. Raises Refused."""
    place: Callable[[Seen], Place | None]
    """Says where it is drawn as things stand; nowhere for None."""
    mails: bool = False
    """Whether it may send the customer a mail, which can be looked at before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One act as the page draws it."""

    act: Act
    form: PageForm
    place: Place
    is_open: bool

    @property
    def template(self) -> str:
        """The template of the form's body."""
        return f"commitments/promise/acts/{self.act.name}.html"


def while_open(place: Place) -> Callable[[Seen], Place | None]:
    """Draw an act in one place, as long as the promise is open."""
    return lambda seen: place if seen.is_open else None


class ActForm(PageForm):
    """The form of an act; it carries the version that was read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TellingForm(ActForm):
    """An act that the customer is told of, by mail or in a conversation; an empty time of that means now."""

    by_mail = forms.ChoiceField(
        choices=[(BY_MAIL, _("Mail it")), TOLD_CHOICE], widget=forms.RadioSelect, label=_("How are they told?")
    )
    happened_at = LocalTimeField(required=False, label=_("Told them at"))

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.can_be_mailed = can_be_mailed = seen.can_be_mailed
        self.initial["by_mail"] = BY_MAIL if seen.call_instead is None and can_be_mailed else TOLD
        if not can_be_mailed:
            # Not offered, but still understood: the service says better than the field why it cannot be.
            self.fields["by_mail"].widget.choices = [TOLD_CHOICE]
