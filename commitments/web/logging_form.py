"""The form that logs a promise: whom, what, by when, and whether they still have to be told."""

import uuid
import zoneinfo
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, EventText, Kind, Team
from commitments.models.identifiers import read_id
from commitments.models.people import person
from commitments.selectors.customers import Found, find, with_open_promises
from commitments.selectors.desk import owners_to_choose, teams_to_promise_in
from commitments.selectors.questions import NUMBER
from commitments.services.customers import new_customer
from commitments.services.refusals import Refused
from commitments.web.fields import DueField, PageForm, TimeZoneField, WholeDayField, due_from, normal_phone
from commitments.web.hours import works_again

NEW = "new"
OPTIONS_AT_MOST = 6
CHANNELS = (
    Commitment.Channel.PHONE,
    Commitment.Channel.EMAIL,
    Commitment.Channel.CHAT,
    Commitment.Channel.IN_PERSON,
)


@dataclass(frozen=True, slots=True)
class Options:
    """The customers to choose from; `chosen` is the radio button that is pressed."""

    customers: tuple[Customer, ...]
    chosen: str
    more: bool
    words: str


@dataclass(frozen=True, slots=True)
class DueInWords:
    """A due time as it will be read. `works_at`: when somebody is there again, where nobody is then."""

    at: datetime | None = None
    team_zone: str = ""
    customer_zone: str = ""
    works_at: datetime | None = None
    wrong: str = ""


def with_new_customer(data: QueryDict) -> QueryDict:
    """Give the typed data with what was searched for written into the fields of a new customer; nobody is chosen."""
    words = str(data.get("who", "")).strip()
    filled = data.copy()
    filled.pop("customer", None)
    if words:
        field = "email" if "@" in words else "phone" if NUMBER.match(words) else "name"
        filled[field] = words
    return filled


def withdrawn_promise(*, actor: Any, reference: str) -> Commitment | None:
    """Give a withdrawn promise that `actor` may see, to be promised anew; nothing for any other."""
    if not reference or "\x00" in reference:
        return None
    withdrawn = Commitment.objects.visible_to(actor).filter(status=Commitment.StatusChoice.WITHDRAWN)
    return withdrawn.select_related("customer").filter(reference=reference[:8].upper()).first()


def as_typed_anew(commitment: Commitment) -> QueryDict:
    """Write a withdrawn promise into the form's fields, as if it had been typed; only the date is missing."""
    data = QueryDict(mutable=True)
    data.update(
        {
            "who": commitment.customer.name,
            "customer": str(commitment.customer_id),
            "kind": commitment.kind,
            "promise": commitment.promise,
            "need": commitment.need,
            "team": str(commitment.team_id),
            "channel": Commitment.Channel.PHONE.value,
            "contact_route": commitment.contact_route,
            "case_ref": commitment.case_ref,
            "case_url": commitment.case_url,
            "notify_customer": "on",
            "previous": commitment.reference,
        }
    )
    return data


def customer_to_promise(*, actor: Any, customer: str) -> Customer | None:
    """Give a customer whom `actor` may see, by the id in an address; nobody for any other."""
    wanted = read_id(customer)
    if wanted is None:
        return None
    return Customer.objects.visible_to(actor).current().filter(pk=wanted).first()


def as_typed_for(customer: Customer) -> QueryDict:
    """Write a customer into the form's fields; what is promised and by when is missing."""
    data = QueryDict(mutable=True)
    data.update(
        {
            "who": customer.name,
            "customer": str(customer.pk),
            "kind": Kind.CALLBACK.value,
            "channel": Commitment.Channel.PHONE.value,
            "contact_route": Commitment.ContactRoute.MAIL.value,
            "notify_customer": "on",
        }
    )
    return data


def message_to_split(*, actor: Any, message: str) -> CommitmentEvent | None:
    """Give what a customer said about a promise that `actor` may see, by the id of its event; nothing for any other."""
    try:
        wanted = uuid.UUID(message)
    except ValueError:
        return None
    events = CommitmentEvent.objects.filter(pk=wanted, kind=EventKind.CUSTOMER_MESSAGE)
    theirs = events.filter(commitment__in=Commitment.objects.visible_to(actor))
    return theirs.select_related("commitment__customer").prefetch_related("texts").first()


def as_typed_of(message: CommitmentEvent) -> QueryDict:
    """Write what a customer said into the form's fields, as what they need; what is promised and by when is missing."""
    commitment = message.commitment
    # Who watches a promise may have written about a matter of their own.
    writer = Customer.objects.filter(pk=message.facts.get("customer")).first() or commitment.customer
    channel = message.facts["channel"]
    data = QueryDict(mutable=True)
    data.update(
        {
            "who": writer.name,
            "customer": str(writer.pk),
            "kind": Kind.ANSWER.value,
            "need": "\n".join(text.words for text in message.texts.all() if text.field == EventText.Field.SAID),
            "team": str(commitment.team_id),
            "channel": channel if channel in {known.value for known in CHANNELS} else Commitment.Channel.EMAIL.value,
            "contact_route": commitment.contact_route,
            "case_ref": commitment.case_ref,
            "case_url": commitment.case_url,
            "notify_customer": "on",
            "split": str(message.pk),
            "settles": "on",
        }
    )
    return data


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as in models.fields
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Write the name as pages do."""
        return person(obj)


class LogForm(PageForm):
    """A promise as it was just made. Its due time is one of the team's calendar zone.

    While somebody is only looking for the customer (`is_search`), nothing is judged yet.
    """

    who = forms.CharField(
        required=False,
        max_length=200,
        label=_("Customer"),
        widget=forms.SearchInput(attrs={"placeholder": _("Name, mail or phone"), "autocomplete": "off"}),
    )
    customer = forms.CharField(required=False)
    name = forms.CharField(required=False, max_length=200, label=_("Name"))
    email = forms.EmailField(required=False, label=_("Mail"))
    phone = forms.CharField(required=False, max_length=40, label=_("Phone"), widget=forms.TextInput({"type": "tel"}))
    time_zone = TimeZoneField(required=False, label=_("Time zone"))
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Kind"), initial=Kind.CALLBACK)
    promise = forms.CharField(
        label=_("What did you promise?"),
        help_text=_("The customer reads these words."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("to call you back about the refund")}),
        error_messages={"required": _("Write what was promised; the customer reads these words.")},
    )
    due_at = DueField(label=_("By when?"))
    whole_day = WholeDayField()
    channel = forms.ChoiceField(
        label=_("How?"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        initial=Commitment.Channel.PHONE,
    )
    need = forms.CharField(
        required=False,
        label=_("What do they need, and why does it matter to them?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    team: Any = forms.ModelChoiceField(queryset=Team.objects.none(), required=False, label=_("Team"), empty_label=None)
    owner: Any = OwnerField(queryset=None, required=False, label=_("Owner"), empty_label=None)
    contact_route = forms.ChoiceField(
        required=False, choices=Commitment.ContactRoute.choices, label=_("They hear from us"), initial="mail"
    )
    case_ref = forms.CharField(required=False, max_length=100, label=_("Case elsewhere"))
    case_url = forms.URLField(required=False, max_length=500, label=_("Its address"), assume_scheme="https")
    notify_customer = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Mail them a receipt"),
        help_text=_("Without it nothing is sent: you have just told them all of it."),
    )

    how = forms.CharField(required=False, label=_("How was it kept?"), widget=forms.Textarea(attrs={"rows": 2}))
    customer_confirmed = forms.BooleanField(
        required=False,
        label=_("They have told me that it is solved"),
        help_text=_("Otherwise they are asked by mail after a fix or an answer."),
    )
    notify_kept = forms.BooleanField(required=False, label=_("Mail the customer that it is kept"))
    split = forms.UUIDField(required=False, widget=forms.HiddenInput)
    settles = forms.BooleanField(
        required=False,
        label=_("Their message is about this alone"),
        help_text=_("The new promise answers for it. Otherwise it waits for its answer there as well."),
    )
    previous = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
    filled = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, actor: Any, now: datetime, is_search: bool = False) -> None:
        super().__init__(data)
        self.is_kept = "is_kept" in self.data
        # What is kept on the very call on which it is promised needs no date.
        self.fields["due_at"].required = not self.is_kept
        self.is_search = is_search
        self.actor = actor
        self.now = now
        teams = teams_to_promise_in(actor=actor)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["owner"].queryset = owners_to_choose(teams=teams)  # type: ignore[attr-defined]
        self.initial["owner"] = actor.pk
        if self.teams:
            self.initial["team"] = self.teams[0].pk
            self.initial["time_zone"] = self.teams[0].calendar.zone

    @cached_property
    def teams(self) -> list[Team]:
        """The teams in whose name the promise can be made."""
        return list(self.fields["team"].queryset)  # type: ignore[attr-defined]

    @cached_property
    def chosen_team(self) -> Team | None:
        """The team that is chosen, or the only one, whether the rest of the form is right or not."""
        wanted = self.data.get("team", "")
        found = next((team for team in self.teams if str(team.pk) == wanted), None)
        return found or (self.teams[0] if self.teams else None)

    @cached_property
    def chosen_customer(self) -> Customer | None:
        """The customer that is chosen, as far as `actor` may see them."""
        wanted = read_id(str(self.data.get("customer", "")))
        if wanted is None:
            return None
        customers = Customer.objects.visible_to(self.actor).filter(pk=wanted)
        return with_open_promises(customers, actor=self.actor).first()

    @cached_property
    def followed(self) -> Commitment | None:
        """The withdrawn promise that is promised anew, as far as `actor` may see it."""
        return withdrawn_promise(actor=self.actor, reference=str(self.data.get("previous", "")))

    @cached_property
    def message(self) -> CommitmentEvent | None:
        """What the customer said that becomes a promise of its own, as far as `actor` may see it."""
        return message_to_split(actor=self.actor, message=str(self.data.get("split", "")))

    @property
    def is_new(self) -> bool:
        """Whether the customer is to be taken down with the promise."""
        return self.data.get("customer") == NEW

    def customer_options(self) -> Options:
        """Look for customers that fit what is typed; the chosen one stays in the list."""
        words = str(self.data.get("who", ""))[:200]
        found = find(actor=self.actor, words=words, limit=OPTIONS_AT_MOST) if words else Found((), None, False)
        customers = found.customers
        chosen = self.chosen_customer
        if chosen is not None and chosen not in customers:
            customers = (chosen, *customers)[:OPTIONS_AT_MOST]
        press = str(chosen.pk) if chosen is not None else NEW if self.is_new or (words and not customers) else ""
        return Options(customers=customers, chosen=press, more=found.more, words=words.strip())

    def due_in_words(self) -> DueInWords:
        """Read the due time alone, for the line beneath its field."""
        team, field = self.chosen_team, self.fields["due_at"]
        if team is None:
            return DueInWords()
        said = DueInWords(team_zone=team.calendar.zone, customer_zone=self._customer_zone(team))
        try:
            local = field.clean(self.data["due_at"]) if self.data.get("due_at") else None
            at = due_from({"due_at": local, "whole_day": "whole_day" in self.data}, "due_at", team=team)
        except ValidationError as error:
            return replace(said, wrong=error.messages[0])
        except Refused as refused:
            return replace(said, wrong=refused.message)
        if at is None:
            return said
        if at <= self.now:
            return replace(said, at=at, wrong=gettext("That time has passed; promise a time still to come."))
        return replace(said, at=at, works_at=works_again(at, team=team))

    def full_clean(self) -> None:
        """Judge what was typed, unless it is only a search."""
        super().full_clean()
        if self.is_search:
            self.errors.clear()

    def clean_phone(self) -> str:
        """Write the number in E.164."""
        return normal_phone(self.cleaned_data["phone"], team=self.chosen_team)

    def clean_time_zone(self) -> str:
        """Take the team's zone where none is given."""
        zone: str = self.cleaned_data["time_zone"]
        return zone or (self.chosen_team.calendar.zone if self.chosen_team else "UTC")

    def clean(self) -> dict[str, Any]:
        """Find the customer and the instant."""
        cleaned: dict[str, Any] = self.cleaned_data
        if self.chosen_team is None:
            raise ValidationError(gettext("You belong to no team; promises are made in a team’s name."))
        if self.chosen_customer is None and not self.is_new:
            self.add_error("who", self._which_customer())
        if self.is_new and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("Give the customer’s name."))
        try:
            cleaned["due_at"] = due_from(cleaned, "due_at", team=self.chosen_team)
        except Refused as refused:
            self.refuse(refused)
        return cleaned

    def drawn(self) -> Container[str]:
        """Leave out what is drawn only for a new customer, or for somebody with several teams."""
        names = {field.name for field in self}
        if not str(self.data.get("who", "")).strip() and self.chosen_customer is None:
            names -= {"name", "email", "phone", "time_zone"}
        return names if len(self.teams) > 1 else names - {"team"}

    def refuse(self, refused: Refused) -> None:
        """Show a sentence about the customer where they are looked for."""
        super().refuse(Refused(refused.message, field="who") if refused.field == "customer" else refused)

    def values(self) -> dict[str, Any]:
        """Give the values that `make_promise` takes; takes a new customer down first. Raises Refused."""
        cleaned = self.cleaned_data
        customer = self.chosen_customer or new_customer(
            actor=self.actor,
            name=cleaned["name"],
            email=cleaned["email"],
            phone=cleaned["phone"],
            time_zone=cleaned["time_zone"],
            now=self.now,
        )
        taken = ("kind", "promise", "due_at", "channel", "need", "owner", "case_ref", "case_url", "notify_customer")
        return {name: cleaned[name] for name in taken} | {
            "previous": self.followed if self.followed and self.followed.customer_id == customer.pk else None,
            "customer": customer,
            "team": self.chosen_team,
            "contact_route": cleaned["contact_route"] or Commitment.ContactRoute.MAIL,
        }

    def _customer_zone(self, team: Team) -> str:
        if self.chosen_customer is not None:
            return self.chosen_customer.time_zone
        zone = str(self.data.get("time_zone", "")) if self.is_new else ""
        return zone if zone in zoneinfo.available_timezones() else team.calendar.zone

    def _which_customer(self) -> str:
        if self.data.get("customer"):
            return gettext("This customer is not known; choose another.")
        if str(self.data.get("who", "")).strip():
            return gettext("Choose the customer from the list, or take down a new one.")
        return gettext("Say who the customer is: type a name, a mail address or a phone number.")
