"""After an outage, automatic mails to customers …"""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from commitments.models import LEADERS, Word
from commitments.services.refusals import Refused
from notifications.models import Notification
from notifications.services import planning
from notifications.services.catching_up import drop_held, release_held
from tests.factories import NOW, agent, customer, promise, supervisor, team, user
from tests.notifications.living import live, one, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def _two_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CATCH_UP_LIMIT", 2)


def three_holding_mails(*, late: timedelta) -> datetime:
    """Have three holding mails noticed so much later than they were due; give when."""
    its_team = team()
    owner = agent(team=its_team)
    made = [promise(owner=owner, due_at=DUE, customer=customer(), notify_customer=False) for _ in range(3)]
    noticed = made[0].next_word_due_at - timedelta(minutes=10) + late
    live(noticed)
    return noticed


def states(kind: str = "holding") -> list[str]:
    return list(Notification.objects.filter(kind=kind).values_list("state", flat=True))


def test_go_when_they_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CATCH_UP_LIMIT", 3)
    three_holding_mails(late=timedelta(minutes=20))
    assert states() == ["sent"] * 3


def test_go_when_nothing_was_late() -> None:
    three_holding_mails(late=timedelta(minutes=1))
    assert states() == ["sent"] * 3


def test_wait_for_a_supervisor_when_they_are_many() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    assert states() == ["held"] * 3
    send(noticed + timedelta(minutes=1))
    assert states() == ["held"] * 3


def test_pile_up_over_several_plannings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "BATCH", 1)
    monkeypatch.setattr(planning.plan, "__kwdefaults__", {"batch": 1})
    three_holding_mails(late=timedelta(minutes=6))
    assert states() == ["held"] * 3


def test_go_on_a_supervisors_word_and_are_not_held_again() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    chief = supervisor(team=Notification.objects.filter(kind="holding")[0].commitment.team)
    assert release_held(actor=chief, now=noticed) == 3
    send(noticed)
    assert states() == ["sent"] * 3


def test_are_dropped_on_a_supervisors_word() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    mail = Notification.objects.filter(kind="holding")[0]
    assert drop_held(actor=supervisor(team=mail.commitment.team), now=noticed) == 3
    send(noticed)
    assert states() == ["superseded"] * 3
    assert {word.state for word in Word.objects.filter(sort="holding")} == {"void"}
    assert {"holding": "dropped"}.items() <= {
        facts["mail"]: facts["reason"] for facts in told(mail.commitment, "mail_not_sent")
    }.items()


def test_are_not_for_an_agent_or_another_teams_supervisor_to_decide() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    owner = Notification.objects.filter(kind="holding")[0].commitment.owner
    for actor in (owner, supervisor(team=team())):
        with pytest.raises(Refused):
            release_held(actor=actor, now=noticed)
        with pytest.raises(Refused):
            drop_held(actor=actor, now=noticed)
    assert states() == ["held"] * 3


def test_are_a_leaders_to_decide() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    leader = user()
    leader.groups.add(Group.objects.get_or_create(name=LEADERS)[0])
    assert release_held(actor=leader, now=noticed) == 3


def test_leave_a_persons_mail_alone() -> None:
    its_team = team()
    owner = agent(team=its_team)
    for _ in range(5):
        promise(owner=owner, now=NOW - timedelta(minutes=30), due_at=DUE)
    live(NOW)
    assert states("promised") == ["sent"] * 5


def test_are_closed_at_once_when_a_persons_word_takes_their_place() -> None:
    noticed = three_holding_mails(late=timedelta(minutes=6))
    held = Notification.objects.filter(kind="holding")[0]
    Word.objects.filter(event=held.event).update(state=Word.State.CANCELLED)
    send(noticed)
    held.refresh_from_db()
    assert (held.state, held.not_sent_because) == ("superseded", "overtaken")
    assert sorted(states()) == ["held", "held", "superseded"]
    assert one("holding", state="superseded")
