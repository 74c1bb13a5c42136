"""What can be done to many promises at once, and what a request asks for of that.

An act that mails is done as it was seen: the form carries a mark of what was shown.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core import signing
from django.http import Http404, QueryDict
from django.utils.translation import gettext_lazy, ngettext

from commitments import clock
from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.models.identifiers import read_id
from commitments.selectors.board import fitting, owners_in, supervised_teams, supervises_any
from commitments.services import bulk
from commitments.services.bulk import AT_MOST, BulkAct, Chosen, TooMany
from commitments.web.board_filters import read_asked
from commitments.web.bulk_forms import EACH_LATER, AcknowledgeForm, BulkForm, DateForm, ReassignForm, WordForm
from commitments.web.pages import PageRequest

FORM_LASTS = 24 * 3600
"""Seconds after which a form is taken for a new one."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act. Its name stands in its address, and its form's body is `board/bulk_<name>.html`."""

    name: str
    icon: str
    short: Any
    """What the button below the Board says."""
    title: Callable[[int], str]
    """What is done to so many promises; the button that does it says so too."""
    done: Callable[[int], str]
    form: Callable[["Asked"], BulkForm]
    make: Callable[["Asked"], BulkAct]
    mails: bool = True
    """Whether customers may be mailed, and who is mailed what is looked at first."""


def _reassign_form(asked: "Asked") -> BulkForm:
    people = owners_in({row.team_id: row.team for row in asked.found.values()}.values())
    return ReassignForm(asked.data, people=list(people))


def _make_date(asked: "Asked") -> BulkAct:
    cleaned = asked.form.cleaned_data
    told = {name: cleaned[name] for name in ("what_happened", "what_next", "choices", "is_bad_news")}
    if cleaned["how"] == EACH_LATER:
        later_by = Duration.parse(f"{cleaned['amount']}{cleaned['unit'] or 'bd'}")
        return bulk.Renegotiate(**told, later_by=later_by, counted_from=asked.issued_at)
    due = cleaned["due_at"]
    if cleaned["whole_day"] and isinstance(due, datetime):
        due = due.date()
    return bulk.Renegotiate(**told, due=due)


def _make_word(asked: "Asked") -> BulkAct:
    cleaned = dict(asked.form.cleaned_data)
    return bulk.GiveWord(WordMeaning(cleaned.pop("meaning")), **cleaned)


ACTS: tuple[Act, ...] = (
    Act(
        name="reassign",
        icon="arrow-right",
        short=gettext_lazy("Reassign"),
        title=lambda count: (
            ngettext("Hand %(count)s promise over", "Hand %(count)s promises over", count) % {"count": count}
        ),
        done=lambda count: (
            ngettext("%(count)s promise is handed over.", "%(count)s promises are handed over.", count)
            % {"count": count}
        ),
        form=_reassign_form,
        make=lambda asked: bulk.Reassign(**asked.form.cleaned_data),
    ),
    Act(
        name="acknowledge",
        icon="circle-check",
        short=gettext_lazy("Take note"),
        title=lambda count: (
            ngettext("Take note of %(count)s promise", "Take note of %(count)s promises", count) % {"count": count}
        ),
        done=lambda count: (
            ngettext("You have taken note of %(count)s promise.", "You have taken note of %(count)s promises.", count)
            % {"count": count}
        ),
        form=lambda asked: AcknowledgeForm(asked.data),
        make=lambda asked: bulk.Acknowledge(**asked.form.cleaned_data),
        mails=False,
    ),
    Act(
        name="word",
        icon="send",
        short=gettext_lazy("Give word"),
        title=lambda count: (
            ngettext("Give word about %(count)s promise", "Give word about %(count)s promises", count)
            % {"count": count}
        ),
        done=lambda count: (
            ngettext("Word is given about %(count)s promise.", "Word is given about %(count)s promises.", count)
            % {"count": count}
        ),
        form=lambda asked: WordForm(asked.data),
        make=_make_word,
    ),
    Act(
        name="date",
        icon="calendar-due",
        short=gettext_lazy("Move the date"),
        title=lambda count: (
            ngettext("Move the date of %(count)s promise", "Move the dates of %(count)s promises", count)
            % {"count": count}
        ),
        done=lambda count: ngettext("%(count)s date is moved.", "%(count)s dates are moved.", count) % {"count": count},
        form=lambda asked: DateForm(asked.data),
        make=_make_date,
    ),
)
ACT_AT = {act.name: act for act in ACTS}


# -- What is asked -------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """What a page or a form of it asks for: which act, on which promises, and what the form has read."""

    request: PageRequest
    act: Act
    now: datetime

    @property
    def data(self) -> QueryDict | None:
        """What was posted; nothing for a form that is drawn for the first time."""
        return self.request.POST if self.request.method == "POST" else None

    @cached_property
    def chosen(self) -> tuple[Chosen, ...]:
        """The promises that were chosen, each once and at the version that was seen. Raises TooMany.

        Or all that the Board lists for its filters (`fit`), as they are seen from here on.
        """
        if self.request.method == "POST":
            return read_chosen(self.request.POST)
        return self._fitting() if "fit" in self.request.GET else read_chosen(self.request.GET)

    @cached_property
    def found(self) -> dict[str, Commitment]:
        """Those of them that this person supervises, by reference. Raises TooMany."""
        return bulk.find(actor=self.request.user, chosen=self.chosen)

    @cached_property
    def form(self) -> BulkForm:
        """The act's form."""
        return self.act.form(self)

    @cached_property
    def issued_at(self) -> datetime:
        """When the form was first drawn: what was done since then is not done twice, and lengths count from it."""
        try:
            text = signing.loads(self.request.POST.get("issued", ""), salt=self._salt, max_age=FORM_LASTS)
        except signing.BadSignature:
            return self.now
        return datetime.fromisoformat(text)

    @property
    def issued(self) -> str:
        """That instant, as the form carries it."""
        return signing.dumps(self.issued_at.isoformat(), salt=self._salt)

    @property
    def seen(self) -> str:
        """The mark of what this form asks for, which goes with what was shown of it."""
        asked = {
            name: sorted(values)
            for name, values in self.request.POST.lists()
            if name == "chosen" or name.startswith("bulk-")
        }
        text = json.dumps([self.act.name, self.issued_at.isoformat(), asked], sort_keys=True)
        return signing.Signer(salt=self._salt).signature(text)

    @property
    def was_looked_at(self) -> bool:
        """Whether what this form asks for is what was shown, where that has to be looked at first."""
        return not self.act.mails or self.request.POST.get("seen", "") == self.seen

    @property
    def back(self) -> str:
        """What the Board was narrowed to, as its address has it."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        query = QueryDict(given.get("back", "")[:2000].removeprefix("?"))
        return f"?{query.urlencode()}" if query else ""

    def _fitting(self) -> tuple[Chosen, ...]:
        actor = self.request.user
        asked = read_asked(
            QueryDict(self.back.removeprefix("?")), actor=actor, teams=list(supervised_teams(actor=actor))
        )
        listed = fitting(actor=actor, filters=asked.filters, now=self.now)
        found = [Chosen(promise.reference, promise.version) for promise in listed[: AT_MOST + 1]]
        if len(found) > AT_MOST:
            raise TooMany(listed.count())
        return tuple(found)

    @property
    def _salt(self) -> str:
        return f"bulk:{self.request.user.pk}"


def read_chosen(given: QueryDict) -> tuple[Chosen, ...]:
    """Read which promises were chosen, as `REFERENCE.version`; what cannot be read is none."""
    found = {}
    for value in given.getlist("chosen"):
        reference, _dot, version = value.partition(".")
        number = read_id(version)
        if reference.isalnum() and len(reference) <= 8 and number is not None:
            found[reference.upper()] = Chosen(reference.upper(), number)
    return tuple(found.values())


def asked_of(request: PageRequest, name: str) -> Asked:
    """Give what a request asks for; raise Http404 for an act that is none, and for whoever supervises nobody."""
    if name not in ACT_AT or not supervises_any(request.user):
        raise Http404
    return Asked(request=request, act=ACT_AT[name], now=clock.now())
