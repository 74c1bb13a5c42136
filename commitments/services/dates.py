"""Moving the date of a promise, which always tells the customer."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain import acts, words
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, EventText
from commitments.services.acting import Held, holding
from commitments.services.promising import check_due
from commitments.services.refusals import Refused
from commitments.services.texts import bad_news, story


def renegotiate(
    *,
    actor: Any,
    reference: str,
    due_at: datetime,
    what_happened: str,
    what_next: str,
    by_mail: bool,
    now: datetime,
    is_bad_news: bool = True,
    choices: str = "",
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Move the date to `due_at` and tell the customer, by mail or as told in a conversation at `happened_at` (now).

    Bad news, which a date that has passed always is, needs `choices`: what the customer can choose or do. Raises
    Refused (Ended, Conflict): no words, a date that cannot be, a customer who cannot be mailed.
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
        was_due_at = held.promise.due_at
        is_bad_news = is_bad_news or at > was_due_at
        check_new_date(held, due_at=due_at, at=at, now=now)
        if is_bad_news:
            held.texts = bad_news(what_happened, what_next, choices)
        else:
            held.texts = story(what_happened, what_next) | {EventText.Field.CHOICES: choices.strip()}
        meets = held.promise.deadline_to_meet
        held.actor = actor
        held.do(
            acts.renegotiate,
            at=at,
            recorded_at=now,
            due_at=due_at,
            by_mail=by_mail,
        )
        held.note(
            Event(
                EventKind.RENEGOTIATED,
                at,
                {
                    "due_at": due_at,
                    "was_due_at": was_due_at,
                    "is_bad_news": is_bad_news,
                    "warned_before_due": at <= was_due_at,
                    "told": not by_mail,
                    "notify_customer": by_mail,
                    "named_at": words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings),
                    "meets": meets if by_mail else None,
                },
            )
        )
    return held.commitment


def check_new_date(held: Held, *, due_at: datetime, at: datetime, now: datetime) -> None:
    """Check that the date can be moved, the customer told at `at`. Raises Refused."""
    if at < held.promise.due_set_at:
        raise Refused(gettext("The date has been moved since then; say when this one was told."), field="happened_at")
    if due_at == held.promise.due_at:
        raise Refused(gettext("That is the date it has already; choose another."), field="due_at")
    check_due(due_at, made_at=at, now=now, policy=held.commitment.policy)
