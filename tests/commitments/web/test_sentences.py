"""Timelines in sentences."""

from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.models.identifiers import time_ordered_id
from commitments.web.sentences import Line
from commitments.web.story import Asked, Fold, View, tell
from tests import factories
from tests.factories import NOW


def note(promise: Commitment, kind: EventKind, minutes: int = 1, **facts: Any) -> None:
    """Put an event on the timeline, `minutes` after the promise was made."""
    at = NOW + timedelta(minutes=minutes)
    CommitmentEvent.objects.create(
        id=time_ordered_id(now=at), commitment=promise, kind=kind.value, occurred_at=at, recorded_at=at, facts=facts
    )


def told(promise: Commitment, **asked: Any) -> list[Line | Fold]:
    page = tell(commitment=promise, asked=Asked(**asked), now=NOW)
    return [line for day in page.days for line in day.told]


def last_line(promise: Commitment) -> Line:
    line = told(promise, view=View.EVERY)[0]
    assert isinstance(line, Line)
    return line


@pytest.fixture
def promise(ana: Any) -> Commitment:
    """Make a promise with one event on its timeline."""
    return factories.promise(owner=ana)


@pytest.mark.parametrize("kind", list(EventKind))
def test_tell_every_kind_even_without_its_facts(promise: Commitment, kind: EventKind) -> None:
    note(promise, kind)
    line = last_line(promise)
    assert line.words[0].isupper()
    assert "None" not in line.words
    assert line.icon


@pytest.mark.parametrize(
    ("kind", "facts", "sentence"),
    [
        (EventKind.CONTACTED, {"direction": "out", "channel": "email"}, "wrote the customer a mail"),
        (EventKind.MAIL_SENT, {"mail": "holding", "to": "customer"}, "The holding mail went to the customer"),
        (
            EventKind.MAIL_SHADOWED,
            {"mail": "promised", "to": "customer"},
            "The receipt would have gone to the customer, but the team is in shadow mode",
        ),
        (
            EventKind.MAIL_NOT_SENT,
            {"mail": "update", "reason": "no_address"},
            "The update was not sent (there is no address to send it to)",
        ),
        (EventKind.MAIL_FAILED, {"mail": "kept", "reason": "bounced"}, "The mail that it is kept did not arrive"),
        (EventKind.WORD_VOIDED, {"reason": "not_gone_in_time"}, "does not count (not gone in time)"),
        (EventKind.ESCALATION_OPENED, {"trigger": "silent"}, "Escalation opened: the customer has heard nothing"),
        (
            EventKind.REMINDER_DUE,
            {"due_at": "2026-11-20T15:00:00Z"},
            "The owner was reminded: due by Fri 20 Nov, 15:00 (Lisbon)",
        ),
        (EventKind.POLICY_MOVED, {"version": 3, "was_version": 2}, "moved it to a newer version of its policy (3)"),
    ],
)
def test_say_what_happened(promise: Commitment, kind: EventKind, facts: dict[str, Any], sentence: str) -> None:
    note(promise, kind, **facts)
    assert sentence in last_line(promise).words


def test_name_whom_a_step_has_told(promise: Commitment, ana: Any, sofia: Any) -> None:
    note(promise, EventKind.OVERDUE_STEP, recipients=[ana.pk, sofia.pk])
    assert last_line(promise).words == "Ana Ruiz and Sofia Lindqvist were told that it is overdue"


def test_count_those_who_are_too_many_to_name(promise: Commitment, team: Any) -> None:
    told = [factories.agent(team=team, first_name=f"A{number}").pk for number in range(6)]
    note(promise, EventKind.SILENT_STEP, recipients=told)
    assert "and 3 more were told that the customer has heard nothing" in last_line(promise).words


def test_mark_what_reached_the_customer(promise: Commitment) -> None:
    note(promise, EventKind.MAIL_SENT, mail="holding", to="customer")
    assert last_line(promise).reached
    note(promise, EventKind.MAIL_SENT, minutes=2, mail="reminder", to=promise.owner_id)
    assert not last_line(promise).reached
