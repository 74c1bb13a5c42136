"""Putting right a promise that was logged wrongly, or letting it count no more.

Its maker may for ten minutes, later a supervisor with a reason. Where mail has gone to the customer, or the date is
moved later than that, the customer is told: a date moved without telling them does not exist.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from commitments.domain import acts, correcting, words
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_escalation
from commitments.domain.standing import CORRECTED
from commitments.domain.strain import StrainSort
from commitments.domain.timeline import Event, EventKind
from commitments.models import (
    Commitment,
    CommitmentEvent,
    Customer,
    EventText,
    Kind,
    Policy,
    Strain,
    Watcher,
    Word,
    clock_words,
)
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services.acting import Held, holding, supervises
from commitments.services.customers import lock_customer
from commitments.services.promising import check_due, check_words
from commitments.services.refusals import Refused
from commitments.services.retiming import POLICY, retime_held

MAKERS_TIME = timedelta(minutes=10)
"""How long whoever logged a promise may put it right without asking."""


@dataclass(frozen=True, slots=True)
class Right:
    """What a promise should have been; nothing where it was logged rightly."""

    promise: str | None = None
    due_at: datetime | None = None
    customer: Customer | None = None
    kind: str | None = None


def correct(
    *,
    actor: Any,
    reference: str,
    right: Right,
    now: datetime,
    reason: str = "",
    told: bool = False,
    version: int | None = None,
) -> Commitment:
    """Put right what was logged wrongly. `told`: the customer has just been told in a conversation.

    Otherwise they are mailed where they have to be told. Raises Refused (Conflict): nothing that differs, somebody who
    may not or gives no reason, what cannot be promised, and a customer who has to be told and cannot be mailed.
    """
    with holding(reference=reference, now=now, version=version) as held:
        reason = _reason_for(held, actor=actor, reason=reason)
        right = _differing(held.commitment, right)
        mailed = _mails_gone(held.commitment)
        facts = _check(held, right)
        texts: dict[str, str] = {EventText.Field.REASON: reason}
        is_quiet = not mailed and _is_untold(held, actor=actor)
        tells = told or mailed if right.due_at is None else told or not is_quiet
        if right == Right(kind=right.kind):
            # The customer never reads the kind.
            tells = told
        if right.customer is not None and right.customer.can_be_mailed:
            # The one that waits for the wrong customer will not go.
            tells = tells or _receipt_waits(held.commitment)
        if right.promise is not None:
            held.commitment.promise = texts[EventText.Field.PROMISE] = right.promise
        if right.customer is not None:
            facts["tell_wrong_customer"] = mailed and held.commitment.customer.can_be_mailed
            _give_to(held, right.customer)
        if right.kind is not None:
            facts["policy"] = _treat_as(held, right.kind).pk
        if right.due_at is not None and not tells:
            _redate(held, right.due_at)
        facts |= _tell(held, right, told=told, tells=tells) | {"was_mailed": mailed}
        held.commitment.times_corrected += 1
        held.changed |= {"promise", "customer", "kind", "policy", "times_corrected"}
        held.actor, held.texts = actor, texts
        held.note(Event(EventKind.CORRECTED, now, facts | {"hear_by": held.promise.word_deadline}))
    return held.commitment


def void(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    reason: str = "",
    told: bool = False,
    version: int | None = None,
) -> Commitment:
    """Let a promise that was logged by mistake count no more, ended or not. Whoever was mailed about it is told.

    `told` and refusals are as for `correct`; one that counts no more already is refused.
    """
    with holding(reference=reference, now=now, version=version) as held:
        reason = _reason_for(held, actor=actor, reason=reason)
        mailed = _mails_gone(held.commitment)
        by_mail = mailed and not told
        if by_mail:
            _require_mail(held)
        held.apply(correcting.void(held.promise, at=now))
        held.commitment.voided_at = now
        held.changed.add("voided_at")
        held.actor, held.texts = actor, {EventText.Field.REASON: reason}
        held.note(Event(EventKind.VOIDED, now, {"notify_customer": by_mail, "told": told}))
    return held.commitment


# -- Who may, and what there is to do -------------------------------------------------------------------------------


def _reason_for(held: Held, *, actor: Any, reason: str) -> str:
    """Check that somebody may put it right, and give their reason. Raises Refused."""
    commitment, reason = held.commitment, reason.strip()
    if commitment.voided_at is not None:
        raise Refused(gettext("This promise counts no more already."))
    if _is_makers(commitment, actor=actor, now=held.now):
        return reason
    if not supervises(actor, commitment):
        raise Refused(
            gettext("Whoever logged a promise can put it right for 10 minutes; after that, ask a supervisor."),
            field="reason",
        )
    if not reason:
        raise Refused(gettext("Write why; it stands on the timeline."), field="reason")
    return reason


def _is_makers(commitment: Commitment, *, actor: Any, now: datetime) -> bool:
    return actor is not None and commitment.made_by_id == actor.pk and now - commitment.recorded_at <= MAKERS_TIME


def may_correct(*, actor: Any, commitment: Commitment, now: datetime) -> bool:
    """Tell whether somebody may put a promise right, with a reason or without."""
    if commitment.voided_at is not None:
        return False
    return _is_makers(commitment, actor=actor, now=now) or supervises(actor, commitment)


def needs_a_reason(*, actor: Any, commitment: Commitment, now: datetime) -> bool:
    """Tell whether whoever puts a promise right has to say why."""
    return not _is_makers(commitment, actor=actor, now=now)


def _differing(commitment: Commitment, right: Right) -> Right:
    """Leave out what stands so already. Raises Refused where nothing is left."""
    words_ = right.promise.strip() if right.promise is not None else commitment.promise
    customer = right.customer
    if customer is not None:
        customer = lock_customer(customer.pk)
        customer = customer if customer.pk != commitment.customer_id else None
    left = Right(
        promise=words_ if words_ != commitment.promise else None,
        due_at=right.due_at if right.due_at != commitment.due_at else None,
        customer=customer,
        kind=right.kind if right.kind != commitment.kind else None,
    )
    if left == Right():
        raise Refused(gettext("Nothing differs from what is logged; change what was wrong."))
    return left


def _check(held: Held, right: Right) -> dict[str, Any]:
    """Check that it can have been promised so, and give the facts that say what changed. Raises Refused."""
    commitment = held.commitment
    given = {"promise": right.promise, "due_at": right.due_at, "customer": right.customer, "kind": right.kind}
    facts: dict[str, Any] = {"fields": [name for name, value in given.items() if value is not None]}
    if right.promise is not None:
        check_words(right.promise)
    if right.kind is not None:
        if right.kind not in Kind.values:
            raise Refused(gettext("“%(kind)s” is no kind of promise.") % {"kind": right.kind}, field="kind")
        held.require_open()
        facts |= {"kind": right.kind, "was_kind": commitment.kind}
    if right.customer is not None:
        facts |= {"from_customer": commitment.customer_id, "to_customer": right.customer.pk}
    if right.due_at is not None:
        held.require_open()
        if any(word.new_due_at is not None and not word.corrects for word in clock_words(commitment)):
            raise Refused(
                gettext("The date has been moved since it was logged; move it again instead."), field="due_at"
            )
        check_due(right.due_at, made_at=held.promise.started_at, now=held.now, policy=commitment.policy)
        facts |= {"due_at": right.due_at, "was_due_at": held.promise.due_at}
    return facts


def _mails_gone(commitment: Commitment) -> bool:
    """Tell whether a mail about the promise has gone to its customer and has not come back."""
    events = CommitmentEvent.objects.filter(
        commitment=commitment, kind__in=[EventKind.MAIL_SENT, EventKind.MAIL_FAILED], facts__to="customer"
    )
    gone: dict[str, set[str]] = {EventKind.MAIL_SENT: set(), EventKind.MAIL_FAILED: set()}
    for event, kind, facts in events.values_list("id", "kind", "facts"):
        gone[kind].add(facts.get("notification", str(event)))
    return bool(gone[EventKind.MAIL_SENT] - gone[EventKind.MAIL_FAILED])


def _receipt_waits(commitment: Commitment) -> bool:
    """Tell whether a receipt was asked for and is in the outbox, made out to whom the promise was taken for."""
    made = CommitmentEvent.objects.filter(commitment=commitment, kind=EventKind.MADE, facts__notify_customer=True)
    return commitment.contact_route == Commitment.ContactRoute.MAIL and made.filter(pending__isnull=True).exists()


def _is_untold(held: Held, *, actor: Any) -> bool:
    """Tell whether a date can still be put right without telling: only just typed, and nothing said since.

    Be it in the very minute of the making, or in a mail that did not arrive.
    """
    said_since = Word.objects.filter(commitment=held.commitment).exclude(event__kind=EventKind.MADE)
    return _is_makers(held.commitment, actor=actor, now=held.now) and not said_since.exists()


# -- What changes ---------------------------------------------------------------------------------------------------


def _give_to(held: Held, customer: Customer) -> None:
    """Let it be the promise of another customer: what was mailed reached somebody else, and is no word to this one."""
    commitment, was = held.commitment, held.commitment.customer
    before = clock_words(commitment)
    mails = [Word.Sort.RECEIPT, Word.Sort.UPDATE, Word.Sort.HOLDING, Word.Sort.MISSED]
    Word.objects.filter(commitment=commitment, sort__in=mails, state=Word.State.GONE).update(
        state=Word.State.VOID, voided_at=held.now, void_reason="it went to somebody else"
    )
    # They are who was strained; what somebody wrote about it stays theirs.
    strains = Strain.objects.filter(commitment=commitment).exclude(sort=StrainSort.COMPLAINT.value)
    strains.update(customer=customer)
    Watcher.objects.filter(commitment=commitment, customer=customer).delete()
    commitment.customer = customer
    _look_again(held)
    if clock_words(commitment) != before:
        held.do(words.void_word, at=held.now, before=before)
    if customer.can_be_mailed and customer.email.casefold() != was.email.casefold():
        held.apply(end_escalation(held.promise, Trigger.UNDELIVERABLE, at=held.now))


def _treat_as(held: Held, kind: str) -> Policy:
    """Let the promise be one of another kind, under its team's policy for that."""
    commitment = held.commitment
    policy = Policy.objects.current().filter(team=commitment.team_id, kind=kind).first()
    if policy is None:
        raise Refused(
            gettext("%(team)s has no policy for this kind of promise; a supervisor can add one.")
            % {"team": commitment.team},
            field="kind",
        )
    commitment.kind, commitment.policy = kind, policy
    _look_again(held)
    retime_held(held, because=POLICY)
    return policy


def _look_again(held: Held) -> None:
    """Read what the clocks see around the promise anew: it has changed."""
    held.batch = SurroundingsOf([held.commitment], now=held.now)
    held.batch.take_note(held.commitment, held.events)


def _redate(held: Held, due_at: datetime) -> None:
    """Let it have had this date from the start; nobody was told another one."""
    held.apply(
        correcting.correct_date(
            held.promise, at=held.now, due_at=due_at, rules=held.rules, surroundings=held.surroundings
        )
    )
    Word.objects.filter(commitment=held.commitment, event__kind=EventKind.MADE).update(
        named_at=held.promise.word_deadline
    )


# -- Telling --------------------------------------------------------------------------------------------------------


def _tell(held: Held, right: Right, *, told: bool, tells: bool) -> dict[str, Any]:
    """Tell the customer where they have to be told, which is a person's word; give the facts that say so."""
    by_mail = tells and not told
    if by_mail:
        _require_mail(held)
    facts: dict[str, Any] = {"told": told, "notify_customer": by_mail}
    if not tells or not held.promise.is_open:
        return facts
    facts |= {"meaning": CORRECTED, "answers": False, "meets": held.promise.deadline_to_meet if by_mail else None}
    given: dict[str, Any] = {"at": held.now, "recorded_at": held.now, "by_mail": by_mail, "answers": False}
    if right.due_at is not None:
        held.do(acts.renegotiate, due_at=right.due_at, corrects=True, **given)
    else:
        held.do(acts.give_word, meaning=WordMeaning.NEWS, **given)
    named_at = words.named_by(held.promise, at=held.now, rules=held.rules, surroundings=held.surroundings)
    return facts | {"named_at": named_at}


def _require_mail(held: Held) -> None:
    if not held.surroundings.mailable:
        raise Refused(
            gettext("The customer has to be told, and cannot be mailed; call them, then say that you have told them."),
            field="told",
        )
