"""One promise: the words, both clocks, what comes next by itself, the timeline, and what can be done about it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.domain.promise import Outcome
from commitments.models import Commitment
from commitments.selectors.story import look_ahead, read_story
from commitments.services.dates import renegotiate
from commitments.services.promising import keep, withdraw
from commitments.services.refusals import Conflict, Refused
from commitments.services.word import give_word
from commitments.web.coming import ahead_of
from commitments.web.fields import LocalTimeField, PageForm, instant_from
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from commitments.web.promise_forms import BY_MAIL, TOLD, DateForm, WithdrawForm
from commitments.web.reasons import reasons
from commitments.web.sentences import folded, lines_of, since_version

Typed = Mapping[str, Any]
"""What a form has read, by field."""

MEANINGS = (
    (WordMeaning.NOTHING_NEW.value, "On track, nothing new"),
    (WordMeaning.NEWS.value, "Update: there is news"),
    (WordMeaning.AT_RISK.value, "At risk: the date may not hold"),
    (WordMeaning.WILL_MISS.value, "Will miss: the date will not hold"),
)
OUTCOMES = {
    Outcome.KEPT_ON_TIME: "Kept on time",
    Outcome.KEPT_LATE: "Kept late",
    Outcome.WITHDRAWN: "Withdrawn",
}


class WordForm(PageForm):
    """Word to the customer. `happened_at` is for a conversation that was held earlier; empty means now."""

    prefix = "word"

    meaning = forms.ChoiceField(choices=MEANINGS, widget=forms.RadioSelect, label="What is it?", initial="news")
    message = forms.CharField(
        required=False,
        label="In your words",
        help_text="By mail: exactly what the customer reads. In a conversation: what you have told them.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    by_mail = forms.ChoiceField(
        choices=[(BY_MAIL, "Mail it"), (TOLD, "I have just told them")], widget=forms.RadioSelect, label="How?"
    )
    happened_at = LocalTimeField(required=False, label="Told them at")
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.can_be_mailed = can_be_mailed(commitment)
        self.initial["by_mail"] = BY_MAIL if self.can_be_mailed else TOLD
        if not self.can_be_mailed:
            # Not offered, but still understood: the service says better than the field why it cannot be.
            self.fields["by_mail"].widget.choices = [(TOLD, "I have just told them")]


class KeepForm(PageForm):
    """How and when a promise was kept; an empty time means now."""

    prefix = "keep"

    how = forms.CharField(
        required=False,
        label="How was it kept?",
        help_text="The customer reads this in the mail that says so.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    happened_at = LocalTimeField(required=False, label="Kept at")
    notify_customer = forms.BooleanField(required=False, initial=True, label="Mail the customer that it is kept")
    version = forms.IntegerField(required=False)


@signed_in
@require_safe
def show(request: PageRequest, reference: str) -> HttpResponse:
    """Show one promise."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    return _page(request, commitment, now=clock.now())


@signed_in
@require_http_methods(["GET", "POST"])
def word(request: PageRequest, reference: str) -> HttpResponse:
    """Give the customer word."""

    def give(commitment: Commitment, cleaned: Typed, now: datetime) -> str:
        by_mail = cleaned["by_mail"] == BY_MAIL
        give_word(
            actor=request.user,
            reference=commitment.reference,
            now=now,
            meaning=WordMeaning(cleaned["meaning"]),
            message=cleaned["message"],
            by_mail=by_mail,
            happened_at=_local(commitment, cleaned, "happened_at"),
            version=cleaned["version"],
        )
        return "Recorded; the mail is on its way." if by_mail else "Recorded: the customer has been told."

    return _act(request, reference, "word_form", lambda found: WordForm(request.POST, commitment=found), give)


@signed_in
@require_http_methods(["GET", "POST"])
def kept(request: PageRequest, reference: str) -> HttpResponse:
    """Keep the promise."""

    def end(commitment: Commitment, cleaned: Typed, now: datetime) -> str:
        ended = keep(
            actor=request.user,
            reference=commitment.reference,
            now=now,
            how=cleaned["how"],
            happened_at=_local(commitment, cleaned, "happened_at"),
            notify_customer=cleaned["notify_customer"],
            version=cleaned["version"],
        )
        return f"{OUTCOMES[ended.outcome]}."

    return _act(request, reference, "keep_form", lambda _: KeepForm(request.POST), end)


@signed_in
@require_http_methods(["GET", "POST"])
def withdrawn(request: PageRequest, reference: str) -> HttpResponse:
    """Withdraw the promise."""

    def end(commitment: Commitment, cleaned: Typed, now: datetime) -> str:
        withdraw(
            actor=request.user,
            reference=commitment.reference,
            now=now,
            reason=cleaned["reason"],
            by_mail=cleaned["by_mail"] == BY_MAIL,
            happened_at=_local(commitment, cleaned, "happened_at"),
            version=cleaned["version"],
        )
        return "Withdrawn."

    def form(commitment: Commitment) -> WithdrawForm:
        return WithdrawForm(request.POST, can_be_mailed=can_be_mailed(commitment))

    return _act(request, reference, "withdraw_form", form, end)


@signed_in
@require_http_methods(["GET", "POST"])
def date(request: PageRequest, reference: str) -> HttpResponse:
    """Move the promise's date."""

    def move(commitment: Commitment, cleaned: Typed, now: datetime) -> str:
        taken = ("what_happened", "what_next", "choices", "is_bad_news", "version")
        values: dict[str, Any] = {name: cleaned[name] for name in taken}
        values["due_at"] = _local(commitment, cleaned, "due_at")
        values["happened_at"] = _local(commitment, cleaned, "happened_at")
        by_mail = cleaned["by_mail"] == BY_MAIL
        renegotiate(actor=request.user, reference=commitment.reference, now=now, by_mail=by_mail, **values)
        return "The date is moved."

    def form(commitment: Commitment) -> DateForm:
        return DateForm(request.POST, can_be_mailed=can_be_mailed(commitment))

    return _act(request, reference, "date_form", form, move)


def _act(
    request: PageRequest,
    reference: str,
    form_name: str,
    make_form: Callable[[Commitment], PageForm],
    do: Callable[[Commitment, Typed, datetime], str],
) -> HttpResponse:
    """Do what a form of the page asks for, which gives what is then said; a refusal shows the form as it was typed."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    if request.method != "POST":
        return redirect("commitments:promise", commitment.reference)
    now = clock.now()
    form = make_form(commitment)
    conflict = None
    if form.is_valid():
        try:
            done = do(commitment, form.cleaned_data, now)
        except Conflict as refused:
            conflict = refused
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect("commitments:promise", commitment.reference)
    forms: dict[str, Any] = {form_name: form}
    return _page(request, commitment, now=now, conflict=conflict, status=UNPROCESSABLE, **forms)


def _local(commitment: Commitment, cleaned: Typed, field: str) -> datetime | None:
    """Read a local time of the team's zone. Raises Refused where DST skips it."""
    return instant_from(cleaned, field, zone=commitment.team.calendar.zone)


def can_be_mailed(commitment: Commitment) -> bool:
    """Tell whether word can go to this promise's customer by mail."""
    return commitment.customer.can_be_mailed and commitment.contact_route == Commitment.ContactRoute.MAIL


def _page(
    request: HttpRequest,
    commitment: Commitment,
    *,
    now: datetime,
    word_form: WordForm | None = None,
    keep_form: KeepForm | None = None,
    date_form: DateForm | None = None,
    withdraw_form: WithdrawForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    if conflict is not None:
        commitment = promise_or_404(actor=request.user, reference=commitment.reference)
    zone = commitment.team.calendar.zone
    story = read_story(commitment=commitment, everything="all" in request.GET)
    ladders = tuple(commitment.escalations.filter(ended_at__isnull=True).order_by("opened_at", "id"))
    posted = word_form or keep_form or date_form or withdraw_form
    context = {
        "now": now,
        "promise": commitment,
        "zone": zone,
        "reasons": reasons(commitment, now=now, ladders=ladders),
        "outcome": OUTCOMES.get(commitment.outcome, ""),
        "ahead": ahead_of(look_ahead(commitment=commitment, now=now), zone=zone, now=now)
        if commitment.ended_at is None
        else [],
        "entries": folded(lines_of(story, zone=zone, now=now)),
        "earlier": story.earlier,
        "word_form": word_form or WordForm(commitment=commitment, initial=_asked_for(request)),
        "keep_form": keep_form or KeepForm(initial={"notify_customer": can_be_mailed(commitment)}),
        "keep_is_open": keep_form is not None or "keep" in request.GET,
        "date_form": date_form or DateForm(can_be_mailed=can_be_mailed(commitment)),
        "date_is_open": date_form is not None or "date" in request.GET,
        "withdraw_form": withdraw_form or WithdrawForm(can_be_mailed=can_be_mailed(commitment)),
        "withdraw_is_open": withdraw_form is not None or "withdraw" in request.GET,
        "can_be_mailed": can_be_mailed(commitment),
        "conflict": conflict,
        "meanwhile": since_version(story, version=posted.cleaned_data.get("version") or 0, zone=zone, now=now)
        if conflict is not None and posted is not None
        else [],
    }
    return answer(request, "commitments/promise/page.html", context, status=status)


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """Give the meaning that a link to the composer asks for."""
    meaning = request.GET.get("word", "")
    return {"meaning": meaning} if meaning in dict(MEANINGS) else {}
