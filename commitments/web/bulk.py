"""One act over the promises that were chosen on the Board: its form, what became of each, and nothing typed is lost.

What would be mailed is looked at first (`notifications.web.bulk`). An act that mails is done as it was seen: the form
carries a mark of what was shown, and is shown again where it asks for something else by then.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.models.identifiers import read_id
from commitments.models.people import person
from commitments.selectors.board import owners_in, supervises_any
from commitments.selectors.story import read_stories_since
from commitments.services import bulk
from commitments.services.bulk import AT_MOST, BulkAct, Chosen, Result, TooMany
from commitments.services.refusals import Conflict, Refused
from commitments.web.fields import DueField, PageForm, WholeDayField
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from commitments.web.sentences import Line, since_version
from commitments.web.times import zone_label

SLICE = 20
"""So many promises a browser with scripts has done at once, to show how far it has come."""
FORM_LASTS = 24 * 3600
"""Seconds after which a form is taken for a new one."""
ONE_DATE, EACH_LATER = "one", "later"


# -- The forms -----------------------------------------------------------------------------------------------------


class BulkForm(PageForm):
    """The form of an act over many promises."""

    prefix = "bulk"


class AcknowledgeForm(BulkForm):
    """Of what is taken note needs no words."""

    note = forms.CharField(required=False, max_length=500, label=gettext_lazy("A note for colleagues"))


class ReassignForm(BulkForm):
    """To whom, and why."""

    to = forms.ChoiceField(required=False, label=gettext_lazy("To whom?"))
    note = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("A note for colleagues"),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        named = [(value, person(user)) for value, user in self.people.items()]
        self.fields["to"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]

    def clean_to(self) -> Any:
        """Give who was chosen."""
        if not self.cleaned_data["to"]:
            raise forms.ValidationError(_("Choose who answers for them from now on."))
        return self.people[self.cleaned_data["to"]]


def _area(label: Any, *, rows: int = 2, **options: Any) -> forms.CharField:
    """Make a field of some lines. Not required: the service says what is missing."""
    return forms.CharField(required=False, label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WordForm(BulkForm):
    """The same word to each customer, by mail. Bad news has fields of its own."""

    meaning = forms.ChoiceField(
        choices=(
            (WordMeaning.NEWS.value, gettext_lazy("Update: there is news")),
            (WordMeaning.NOTHING_NEW.value, gettext_lazy("On track, nothing new")),
            (WordMeaning.AT_RISK.value, gettext_lazy("At risk: the date may not hold")),
            (WordMeaning.WILL_MISS.value, gettext_lazy("Will miss: the date will not hold")),
        ),
        widget=forms.RadioSelect,
        label=gettext_lazy("What is it?"),
        initial=WordMeaning.NEWS.value,
    )
    message = _area(gettext_lazy("In your words"), rows=4)
    what_happened = _area(gettext_lazy("What happened?"))
    what_next = _area(gettext_lazy("What happens next?"))
    choices = _area(gettext_lazy("What can the customer choose or do?"), help_text=gettext_lazy("At least one thing."))


class DateForm(BulkForm):
    """A new date for all, or the same length later for each; and what the customers are told about it."""

    how = forms.ChoiceField(
        choices=((ONE_DATE, gettext_lazy("One date for all")), (EACH_LATER, gettext_lazy("Each later by the same"))),
        widget=forms.RadioSelect,
        label=gettext_lazy("Which date?"),
        initial=ONE_DATE,
    )
    due_at = DueField(required=False, label=gettext_lazy("New date"))
    whole_day = WholeDayField()
    amount = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=999,
        label=gettext_lazy("Later by"),
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid"), gettext_lazy("Write a whole number from 1 to 999.")
        ),
    )
    unit = forms.ChoiceField(
        choices=(
            ("bd", gettext_lazy("working days")),
            ("bh", gettext_lazy("working hours")),
            ("h", gettext_lazy("hours on any clock")),
        ),
        required=False,
        label=gettext_lazy("of"),
    )
    what_happened = _area(gettext_lazy("What happened?"), rows=3)
    what_next = _area(gettext_lazy("What happens next?"))
    is_bad_news = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("This is bad news for the customers")
    )
    choices = _area(
        gettext_lazy("What can the customer choose or do?"),
        help_text=gettext_lazy("Bad news needs at least one thing; a date that has passed is always bad news."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("how") == EACH_LATER and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Write a whole number from 1 to 999."))
        if cleaned.get("how") == ONE_DATE and not cleaned.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", _("Give a date and a time."))
        return cleaned


# -- What can be done ----------------------------------------------------------------------------------------------


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
            ngettext("Give %(count)s promise away", "Give %(count)s promises away", count) % {"count": count}
        ),
        done=lambda count: (
            ngettext("%(count)s promise is given away.", "%(count)s promises are given away.", count) % {"count": count}
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
        """The promises that were chosen, each once and at the version that was seen."""
        given = self.request.POST if self.request.method == "POST" else self.request.GET
        return read_chosen(given)

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


# -- The pages -----------------------------------------------------------------------------------------------------


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the form of an act over the promises that were chosen, all of them chosen still."""
    return page(asked_of(request, request.GET.get("act", "")))


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: PageRequest, name: str) -> HttpResponse:
    """Do an act to each of the chosen promises, or to a slice of them, and say what became of each."""
    asked = asked_of(request, name)
    if request.method != "POST":
        return redirect("commitments:board")
    part = set(request.POST.get("slice", "").split())
    chosen = [one for one in asked.chosen if one.reference in part] if part else asked.chosen
    try:
        results = _do(asked, chosen)
    except Refused as refused:
        if not isinstance(refused, TooMany):
            asked.form.refuse(refused)
        results = None
    if results is None:
        return page(asked, status=UNPROCESSABLE)
    if part:
        context = {"rows": rows_of(asked, results), "now": asked.now}
        return answer(request, "commitments/board/bulk_rows.html", context)
    count = sum(result.is_done for result in results)
    if count == len(results) and results:
        messages.success(request, asked.act.done(count))
        return redirect(f"{reverse('commitments:board')}{asked.back}")
    return page(asked, results=results, status=UNPROCESSABLE)


def _do(asked: Asked, chosen: Sequence[Chosen]) -> tuple[Result, ...] | None:
    """Do it; nothing is done, and None given, where the form says what is wrong. Raises Refused."""
    if not asked.chosen or not asked.found or not asked.form.is_valid():
        return None
    wanted = asked.act.make(asked)
    wanted.check(list(asked.found.values()))
    if not asked.was_looked_at:
        asked.form.add_error(None, _("Look first at who is mailed what; then press again."))
        return None
    results = bulk.act_on_each(wanted, actor=asked.request.user, chosen=chosen, now=asked.now, since=asked.issued_at)
    show_what_all_lack(asked, [result.refused for result in results])
    return results


def show_what_all_lack(asked: Asked, refusals: Sequence[Refused | None]) -> bool:
    """Show at its field what kept all of them from being done, where it is one thing; tell whether it was."""
    said = {(refused.field, refused.message) if refused is not None else None for refused in refusals}
    first = refusals[0] if len(said) == 1 else None
    if first is None or first.field not in asked.form.fields:
        return False
    asked.form.refuse(first)
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """One chosen promise as its form lists it."""

    chosen: Chosen
    commitment: Commitment | None
    refused: Refused | None = None
    is_done: bool = False
    was_done_before: bool = False
    meanwhile: list[Line] = field(default_factory=list)
    """What others have done to it since it was seen."""

    @property
    def value(self) -> str:
        """What its box stands for: after others' acts that are shown here, the version that these have made."""
        version = self.commitment.version if self.commitment is not None and self.meanwhile else self.chosen.version
        return f"{self.chosen.reference}.{version}"


def rows_of(asked: Asked, results: Sequence[Result]) -> list[Row]:
    """Give what became of each, with what others have done where they were quicker."""
    now = asked.now
    conflicts = {
        result.commitment.pk: result.chosen.version
        for result in results
        if result.commitment is not None and isinstance(result.refused, Conflict)
    }
    stories = read_stories_since(versions=conflicts)
    rows = []
    for result in results:
        shown = asked.found.get(result.chosen.reference)
        meanwhile: list[Line] = []
        if shown is not None and result.commitment is not None and shown.pk in conflicts:
            zone = shown.team.calendar.zone
            meanwhile = since_version(stories[shown.pk], version=result.chosen.version, zone=zone, now=now)
            shown.version = result.commitment.version
        rows.append(Row(result.chosen, shown, result.refused, result.is_done, result.was_done_before, meanwhile))
    return rows


def page(
    asked: Asked, *, results: Sequence[Result] | None = None, preview: str = "", can_be_done: int = 0, status: int = 200
) -> HttpResponse:
    """Answer with the form of an act, as a page or, for a script, as a piece of the Board.

    `results`: what became of those that were tried; those that are done are chosen no more. `preview`: the HTML of what
    would be mailed; `can_be_done`: for how many promises.
    """
    request, now = asked.request, asked.now
    context: dict[str, Any] = {"act": asked.act, "now": now, "back": asked.back, "at_most": AT_MOST}
    try:
        found = asked.found
    except TooMany as refused:
        context |= {"too_many": refused.message}
        status = UNPROCESSABLE
    else:
        tried = (
            rows_of(asked, results)
            if results is not None
            else [Row(one, found.get(one.reference)) for one in asked.chosen]
        )
        rows = [row for row in tried if not row.is_done]
        zones = sorted({row.team.calendar.zone for row in found.values()})
        context |= {
            "form": asked.form,
            "template": f"commitments/board/bulk_{asked.act.name}.html",
            "rows": rows,
            "title": asked.act.title(len(rows)),
            "done": asked.act.done(len(tried) - len(rows)) if len(rows) < len(tried) else "",
            "issued": asked.issued,
            "preview": preview,
            "can_be_done": asked.act.title(can_be_done) if can_be_done else "",
            "seen": asked.seen if preview else "",
            "zones": [zone_label(zone) for zone in zones],
            "slice": SLICE,
        }
    return answer(request, f"commitments/board/bulk{'_panel' if request.htmx else ''}.html", context, status=status)
