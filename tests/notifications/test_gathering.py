"""What goes to one colleague …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.escalation import Target
from commitments.models import Commitment
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from notifications.models import Inbox, Notification
from notifications.services import claiming, gathering
from notifications.services.planning import plan
from tests.factories import NOW, agent, customer, policy, promise, team
from tests.notifications.living import live, mails, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE = NOW + timedelta(hours=5)
ANA = "ana@kept.example"
QUARTER = timedelta(minutes=15)


@pytest.fixture
def ana() -> Any:
    """Return an agent of a team whose overdue promises tell their owner at once, and who gets no reminders."""
    its_team = team()
    for kind in ("fix", "callback"):
        policy(team=its_team, kind=kind, ladder=[("0min", Target.OWNER)], reminders=[])
    return agent(team=its_team, email=ANA)


def due(ana: Any, at: datetime, **fields: Any) -> Commitment:
    return promise(owner=ana, due_at=at, notify_customer=False, **fields)


def subjects(server: MailServer) -> list[str]:
    return [str(received.message["Subject"]) for received in server.to(ANA)]


def states() -> list[tuple[str, str]]:
    return sorted(Notification.objects.filter(to_customer=False).values_list("kind", "state"))


def test_goes_at_once_when_it_is_the_first(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, DUE)
    live(DUE)
    assert subjects(smtp_server) == [f"Overdue: send you a replacement router [{made.reference}]"]


def test_goes_together_when_it_comes_at_the_same_time(ana: Any, smtp_server: MailServer) -> None:
    promises = [due(ana, DUE) for _ in range(3)]
    live(DUE)
    assert subjects(smtp_server) == ["3 things about your promises"]
    text = one("gathered").text
    assert all(made.reference in text for made in promises)
    assert states() == [("gathered", "sent")] + [("overdue", "sent")] * 3


def test_waits_for_a_quarter_of_an_hour_after_a_mail_and_then_goes_together(ana: Any, smtp_server: MailServer) -> None:
    due(ana, DUE)
    due(ana, DUE + timedelta(minutes=2))
    due(ana, DUE + timedelta(minutes=9))
    for minutes in (0, 2, 9, 14):
        live(DUE + timedelta(minutes=minutes))
    assert len(subjects(smtp_server)) == 1
    live(DUE + QUARTER)
    assert subjects(smtp_server)[1:] == ["2 things about your promises"]


def test_is_never_done_with_customer_mail(ana: Any, smtp_server: MailServer) -> None:
    maria = customer(email="maria@example.org")
    references = {due(ana, DUE, customer=maria).reference for _ in range(2)}
    live(DUE + timedelta(minutes=10))
    subjects_to_her = [str(received.message["Subject"]) for received in smtp_server.to("maria@example.org")]
    assert len(subjects_to_her) == 2
    assert {subject.rpartition("[")[2].rstrip("]") for subject in subjects_to_her} == references


def test_keeps_its_own_subject_when_nothing_else_came(ana: Any, smtp_server: MailServer) -> None:
    due(ana, DUE)
    late = due(ana, DUE + timedelta(minutes=2))
    live(DUE)
    live(DUE + timedelta(minutes=2))
    live(DUE + QUARTER)
    assert subjects(smtp_server)[1:] == [f"Overdue: send you a replacement router [{late.reference}]"]
    assert states() == [("overdue", "sent")] * 2


def test_begins_a_new_quarter_of_an_hour_with_each_mail(ana: Any, smtp_server: MailServer) -> None:
    for minutes in (0, 2, 16):
        due(ana, DUE + timedelta(minutes=minutes))
    for minutes in (0, 2, 15, 16, 29):
        live(DUE + timedelta(minutes=minutes))
    assert len(subjects(smtp_server)) == 2
    live(DUE + 2 * QUARTER)
    assert len(subjects(smtp_server)) == 3


def test_goes_at_once_with_all_that_waits_when_a_deadline_is_nearer(smtp_server: MailServer) -> None:
    its_team = team()
    policy(team=its_team, ladder=[("0min", Target.OWNER)], reminders=["10min"])
    ana = agent(team=its_team, email=ANA)
    due(ana, DUE)
    due(ana, DUE + timedelta(minutes=3))
    live(DUE - timedelta(minutes=10))
    live(DUE - timedelta(minutes=7))
    assert len(subjects(smtp_server)) == 2
    assert subjects(smtp_server)[1].startswith("Due soon: ")
    live(DUE)
    live(DUE + timedelta(minutes=3))
    assert len(subjects(smtp_server)) == 2


def test_leaves_out_what_is_no_longer_so(ana: Any, smtp_server: MailServer) -> None:
    due(ana, DUE)
    others = [due(ana, DUE + timedelta(minutes=minute)) for minute in (1, 2, 3)]
    for minute in range(4):
        live(DUE + timedelta(minutes=minute))
    kept_at = DUE + timedelta(minutes=4)
    keep(actor=ana, reference=others[0].reference, now=kept_at, notify_customer=False, customer_confirmed=True)
    live(DUE + QUARTER)
    assert subjects(smtp_server)[1:] == ["2 things about your promises"]
    assert others[0].reference not in one("gathered").text
    assert ("overdue", "superseded") in mails(others[0])
    assert told(others[0], "mail_not_sent")[-1]["reason"] == "ended"
    assert told(others[1], "mail_sent")[-1]["mail"] == "overdue"


def test_goes_as_its_own_mail_when_all_else_is_no_longer_so(ana: Any, smtp_server: MailServer) -> None:
    first, second = due(ana, DUE), due(ana, DUE)
    sweep(now=DUE)
    plan(now=DUE)
    gathering.gather(now=DUE)
    keep(actor=ana, reference=first.reference, now=DUE, notify_customer=False)
    send(DUE)
    assert subjects(smtp_server) == [f"Overdue: send you a replacement router [{second.reference}]"]
    assert states() == [("gathered", "sent"), ("overdue", "sent"), ("overdue", "superseded")]


def test_is_not_sent_when_nothing_is_so_any_more(ana: Any, smtp_server: MailServer) -> None:
    promises = [due(ana, DUE), due(ana, DUE)]
    sweep(now=DUE)
    plan(now=DUE)
    gathering.gather(now=DUE)
    for made in promises:
        keep(actor=ana, reference=made.reference, now=DUE, notify_customer=False)
    send(DUE)
    assert subjects(smtp_server) == []
    assert states() == [("gathered", "superseded")] + [("overdue", "superseded")] * 2


def test_points_to_the_mail_in_which_it_went(ana: Any) -> None:
    due(ana, DUE)
    due(ana, DUE)
    live(DUE)
    assert {row.gathered_in for row in Notification.objects.filter(kind="overdue")} == {one("gathered")}


def test_is_tried_again_together(ana: Any, smtp_server: MailServer) -> None:
    due(ana, DUE)
    due(ana, DUE)
    smtp_server.refusals[ANA] = "451 4.7.1 Try again later"
    live(DUE)
    assert states() == [("gathered", "planned")] + [("overdue", "planned")] * 2
    smtp_server.refusals.clear()
    live(DUE + timedelta(minutes=2))
    assert subjects(smtp_server) == ["2 things about your promises"]
    assert states() == [("gathered", "sent")] + [("overdue", "sent")] * 2


def test_fails_together(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, DUE)
    due(ana, DUE)
    smtp_server.refusals[ANA] = "550 5.1.1 No such user"
    live(DUE)
    assert states() == [("gathered", "failed")] + [("overdue", "failed")] * 2
    assert told(made, "mail_failed")[-1]["mail"] == "overdue"


def test_is_sent_once_more_and_no_more_when_workers_are_lost(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, DUE)
    due(ana, DUE)
    sweep(now=DUE)
    plan(now=DUE)
    gathering.gather(now=DUE)
    claiming.claim(now=DUE, limit=10)
    live(DUE + claiming.LEASE)
    assert len(subjects(smtp_server)) == 1
    assert one("gathered").possible_duplicate
    assert told(made, "mail_sent")[-1]["mail"] == "overdue"


def test_is_given_up_together_when_workers_are_lost_twice(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, DUE)
    due(ana, DUE)
    sweep(now=DUE)
    plan(now=DUE)
    gathering.gather(now=DUE)
    claiming.claim(now=DUE, limit=10)
    claiming.claim(now=DUE + claiming.LEASE, limit=10)
    live(DUE + 2 * claiming.LEASE)
    assert states() == [("gathered", "unknown")] + [("overdue", "unknown")] * 2
    assert told(made, "mail_failed")[-1]["reason"] == "unknown"
    assert subjects(smtp_server) == []


def test_is_late_only_if_its_own_mail_is(ana: Any) -> None:
    due(ana, DUE)
    due(ana, DUE + timedelta(minutes=1))
    live(DUE)
    live(DUE + timedelta(minutes=1))
    waiting = Notification.objects.get(state="planned")
    assert (waiting.hold, waiting.allowed_from) == ("gathering", DUE + QUARTER)


def test_does_not_hold_up_what_goes_to_others(ana: Any, smtp_server: MailServer) -> None:
    rui = agent(team=ana.teams.get(), email="rui@kept.example")
    due(ana, DUE)
    promise(owner=rui, due_at=DUE + timedelta(minutes=1), notify_customer=False)
    live(DUE)
    live(DUE + timedelta(minutes=1))
    assert len(smtp_server.to("rui@kept.example")) == 1


def test_says_nothing_twice_when_it_is_decided_again(ana: Any, smtp_server: MailServer) -> None:
    due(ana, DUE)
    due(ana, DUE)
    sweep(now=DUE)
    plan(now=DUE)
    for _ in range(3):
        gathering.gather(now=DUE)
    send(DUE)
    send(DUE)
    assert len(subjects(smtp_server)) == 1
    assert Inbox.objects.get(user=ana).gathers_until == DUE + QUARTER


def test_takes_as_many_statements_for_many_colleagues_as_for_one(ana: Any) -> None:
    def statements(people: int) -> int:
        for _ in range(people):
            owner = agent(team=ana.teams.get())
            for _ in range(2):
                promise(owner=owner, due_at=DUE, notify_customer=False)
        sweep(now=DUE)
        plan(now=DUE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            gathering.gather(now=DUE)
        return len(queries)

    few = statements(1)
    assert statements(6) == few
