"""The demonstration data: each story told by hand comes about, on a working day and on a weekend."""

from datetime import UTC, datetime

import pytest

from commitments.domain.strain import StrainSort
from commitments.domain.timeline import EventKind
from commitments.models import (
    Absence,
    Commitment,
    CommitmentEvent,
    Customer,
    Escalation,
    Handoff,
    Letter,
    Strain,
    Watcher,
)
from notifications.models import InboundMail
from notifications.services import demonstration
from tests.factories import NOW

SUNDAY = datetime(2026, 11, 22, 4, 45, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def tell(monkeypatch, *, now):
    """Tell the stories by hand, without the two hundred drawn at random."""
    monkeypatch.setattr(demonstration, "PROMISES_MADE", 0)
    demonstration.make_demonstration(now=now)


@pytest.fixture
def told(monkeypatch):
    """Tell them on a working day."""
    tell(monkeypatch, now=NOW)
    return NOW


def test_shows_every_act_that_has_a_story(told):
    kinds = set(CommitmentEvent.objects.values_list("kind", flat=True))
    assert kinds >= {
        EventKind.CUSTOMER_MESSAGE,
        EventKind.THANKED,
        EventKind.RISK_NOTED,
        EventKind.ATTEMPTED,
        EventKind.CONTACTED,
        EventKind.DISPUTED,
        EventKind.REOPENED,
        EventKind.HANDOFF_ACCEPTED,
        EventKind.BREAK_EXPLAINED,
        EventKind.RENEGOTIATED,
        EventKind.CADENCE_AGREED,
        EventKind.CONTACT_ROUTE_CHANGED,
        EventKind.CORRECTED,
        EventKind.WITHDRAWN,
    }


def test_leaves_something_of_each_sort_to_be_done(told):
    assert Commitment.objects.filter(customer_waiting_since__isnull=False, ended_at=None).count() >= 2
    assert Commitment.objects.filter(untold_since__isnull=False).exists()
    assert Commitment.objects.filter(disputed_since__isnull=False).exists()
    assert Commitment.objects.filter(answer_by__gt=told).exists()
    states = set(Handoff.objects.values_list("sort", "state"))
    assert states >= {("handoff", "offered"), ("handoff", "lapsed"), ("handoff", "accepted"), ("in_name", "offered")}
    triggers = set(Escalation.objects.filter(ended_at=None).values_list("trigger", flat=True))
    assert triggers >= {"unanswered", "untold", "handoff_lapsed"}


def test_has_people_and_what_is_known_of_them(told):
    assert Absence.objects.get(from_at__lte=told, until_at__gt=told).cover.username == "ana"
    assert set(Letter.objects.values_list("sort", flat=True)) == {"complaint", "compliment"}
    assert Customer.objects.filter(organisation__name="Harbour Street Dental Practice").count() == 2
    assert Watcher.objects.exists()
    strained = Strain.objects.filter(customer__name="Maria Lopez").values_list("sort", flat=True)
    assert {StrainSort.COMPLAINT, StrainSort.BROKEN} <= set(strained)


def test_comes_about_on_a_weekend_as_well(monkeypatch):
    tell(monkeypatch, now=SUNDAY)
    triggers = set(Escalation.objects.filter(ended_at=None).values_list("trigger", flat=True))
    assert triggers >= {"unanswered", "untold", "handoff_lapsed"}
    assert Absence.objects.filter(from_at__lte=SUNDAY, until_at__gt=SUNDAY).exists()


def test_has_mail_of_every_sort_to_look_at(told):
    arrived = InboundMail.objects.all()
    assert set(arrived.filter(state="parked").values_list("because", flat=True)) >= {"promise_ended", "stranger"}
    assert arrived.filter(state="filed", event__facts__channel="email").exists()
