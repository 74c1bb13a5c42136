"""How a customer comes to get each kind of mail, through the services and a real mail server."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer
from commitments.services.correcting import Right, correct
from commitments.services.dates import renegotiate
from commitments.services.handoff import reassign
from commitments.services.promising import keep, reopen, withdraw
from commitments.services.word import give_word
from notifications.domain.kinds import TO_COLLEAGUES, MailKind
from tests import factories
from tests.factories import NOW
from tests.notifications.living import live, send

FAR = NOW + timedelta(days=5)
"""A date that lets the word clock come first."""


class Words:
    """Everything that people write in these stories; a test may put marks of its own in."""

    promise = "send you a replacement router"
    right = "send you two replacement routers"
    need = "The shop cannot take cards."
    message = "The courier has the parcel."
    happened = "The depot flooded."
    next = "Another one comes tomorrow."
    choices = "Collect it at the shop."
    reason = "It is not made any more."


def made(owner: Any, customer: Customer, words: Words, **fields: Any) -> Commitment:
    """Have the promise made that a story is about."""
    values = {"promise": words.promise, "need": words.need, "due_at": FAR, "notify_customer": False}
    return factories.promise(owner=owner, team=owner.teams.get(), customer=customer, **(values | fields))


def _promised(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    return made(owner, customer, words, notify_customer=True), NOW


def _holding(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    promise.refresh_from_db()
    assert promise.next_word_due_at is not None
    return promise, promise.next_word_due_at - timedelta(minutes=10)


def _update(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    give_word(
        actor=owner,
        reference=promise.reference,
        meaning=WordMeaning.AT_RISK,
        message=words.message,
        what_happened=words.happened,
        what_next=words.next,
        choices=words.choices,
        by_mail=True,
        now=NOW,
    )
    return promise, NOW


def _renegotiated(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    renegotiate(
        actor=owner,
        reference=promise.reference,
        due_at=FAR + timedelta(days=1),
        what_happened=words.happened,
        what_next=words.next,
        choices=words.choices,
        by_mail=True,
        now=NOW,
    )
    return promise, NOW


def _missed(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words, due_at=NOW + timedelta(hours=2))
    live(promise.due_at)
    return promise, promise.due_at + timedelta(minutes=10)


def _kept(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    keep(actor=owner, reference=promise.reference, how=words.message, customer_confirmed=True, now=NOW)
    return promise, NOW


def _aftercare(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    keep(actor=owner, reference=promise.reference, how=words.message, notify_customer=False, now=NOW)
    live(NOW)
    return promise, NOW + timedelta(hours=1)


def _withdrawn(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    withdraw(actor=owner, reference=promise.reference, reason=words.reason, by_mail=True, now=NOW)
    return promise, NOW


def _handed_over(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    team = owner.teams.get()
    to = factories.agent(team=team, first_name=owner.first_name, last_name=owner.last_name)
    reassign(actor=factories.supervisor(team=team), reference=promise.reference, to=to, now=NOW)
    return promise, NOW


def _reopened(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words)
    keep(actor=owner, reference=promise.reference, notify_customer=False, customer_confirmed=True, now=NOW)
    then = NOW + timedelta(minutes=1)
    reopen(actor=owner, reference=promise.reference, due_at=FAR, reason=words.reason, by_mail=True, now=then)
    return promise, then


def _corrected(owner: Any, customer: Customer, words: Words) -> tuple[Commitment, datetime]:
    promise = made(owner, customer, words, notify_customer=True)
    send(NOW)
    then = NOW + timedelta(minutes=5)
    correct(actor=owner, reference=promise.reference, right=Right(promise=words.right), now=then)
    return promise, then


STORIES: Mapping[MailKind, Callable[[Any, Customer, Words], tuple[Commitment, datetime]]] = {
    MailKind.PROMISED: _promised,
    MailKind.HOLDING: _holding,
    MailKind.UPDATE: _update,
    MailKind.RENEGOTIATED: _renegotiated,
    MailKind.MISSED: _missed,
    MailKind.KEPT: _kept,
    MailKind.AFTERCARE: _aftercare,
    MailKind.WITHDRAWN: _withdrawn,
    MailKind.HANDED_OVER: _handed_over,
    MailKind.REOPENED: _reopened,
    MailKind.CORRECTED: _corrected,
}
KINDS = tuple(STORIES)
assert set(KINDS) == set(MailKind) - TO_COLLEAGUES, "A kind of customer mail has no story."


def have_sent(
    kind: MailKind, *, owner: Any, customer: Customer, words: Words | None = None
) -> tuple[Commitment, datetime]:
    """Live the story of a mail until it has gone; give the promise, and when it went."""
    promise, then = STORIES[kind](owner, customer, words or Words())
    live(then)
    return promise, then
