"""A colleague …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Customer, Escalation, Handoff, Strain
from notifications.models import Notification
from notifications.services.planning import plan
from tests.factories import NOW, agent, customer, promise, supervisor, team
from tests.notifications.living import live, note, one, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def made() -> Commitment:
    """Return a promise about which nothing has been mailed, in a team that has a supervisor."""
    its_team = team()
    supervisor(team=its_team)
    return promise(team=its_team, notify_customer=False)


def climb(made: Commitment, trigger: Trigger, **columns: Any) -> None:
    """Open a trigger's ladder and take its first step, telling the owner."""
    Commitment.objects.filter(pk=made.pk).update(**columns)
    Escalation.objects.create(commitment=made, trigger=trigger.value, opened_at=NOW)
    made.refresh_from_db()
    facts = {"trigger": trigger.value, "position": 0, "target": "owner", "target_id": None, "passed_over": []}
    note(made, trigger.step_kind, NOW, **facts)


SINCE = {
    Trigger.UNANSWERED: "customer_waiting_since",
    Trigger.DISPUTED: "disputed_since",
    Trigger.UNTOLD: "untold_since",
}
SUBJECTS = {
    Trigger.UNANSWERED: "The customer waits for an answer: ",
    Trigger.DISPUTED: "The customer says it is not solved: ",
    Trigger.UNTOLD: "Bad news not told yet: ",
    Trigger.HANDOFF_LAPSED: "Nobody took it over: ",
}


@pytest.mark.parametrize("trigger", SUBJECTS)
def test_is_told_by_a_ladder_in_the_triggers_own_words(made: Commitment, trigger: Trigger) -> None:
    columns = {SINCE[trigger]: NOW - timedelta(hours=4)} if trigger in SINCE else {}
    climb(made, trigger, **columns)
    send(NOW)
    mail = one(trigger.value)
    assert mail.subject.startswith(SUBJECTS[trigger])
    if columns:
        assert "Wednesday 18 November, 06:20 (Lisbon time)" in mail.text


@pytest.mark.parametrize("trigger", SUBJECTS)
def test_is_not_told_of_what_has_ended_by_then(made: Commitment, trigger: Trigger) -> None:
    climb(made, trigger)
    Escalation.objects.update(ended_at=NOW)
    send(NOW)
    assert one(trigger.value).not_sent_because == "no_longer_so"


@pytest.mark.parametrize(
    ("trigger", "state"),
    [
        (Trigger.UNANSWERED, "sent"),
        (Trigger.DISPUTED, "sent"),
        (Trigger.UNDELIVERABLE, "sent"),
        (Trigger.UNTOLD, "superseded"),
        (Trigger.OVERDUE, "superseded"),
    ],
)
def test_is_told_after_the_end_of_what_can_outlive_it(made: Commitment, trigger: Trigger, state: str) -> None:
    climb(made, trigger)
    Commitment.objects.update(status="kept", ended_at=NOW, next_check_at=None)
    send(NOW)
    assert one(trigger.value).state == state


def test_reads_what_the_customer_said(made: Commitment) -> None:
    said = {"said": "Where is my router?"}
    note(made, EventKind.CUSTOMER_MESSAGE, NOW, texts=said, channel="phone", needs_answer=True, is_chase=False)
    climb(made, Trigger.UNANSWERED, customer_waiting_since=NOW)
    send(NOW)
    assert "They said on Wednesday 18 November, 10:20 (Lisbon time): “Where is my router?”" in one("unanswered").text


# -- Handoffs -------------------------------------------------------------------------------------------------------


def offer(made: Commitment, *, to: Any = None, story: str = "") -> None:
    Handoff.objects.create(
        commitment=made,
        from_user=made.owner,
        to_user=to,
        to_team=made.team,
        story=story,
        offered_at=NOW,
        lapses_at=LATER,
    )
    Commitment.objects.filter(pk=made.pk).update(handoff_lapses_at=LATER)
    facts = {"from": made.owner_id, "to": to.pk if to else None, "team": made.team_id, "lapses_at": LATER}
    note(made, EventKind.HANDOFF_OFFERED, NOW, **facts)


def test_is_asked_to_take_over_with_the_story(made: Commitment) -> None:
    offer(made, to=agent(team=made.team, first_name="Rui"), story="She has called twice.")
    send(NOW)
    mail = one("handoff_offered")
    assert "Ana Ruiz asks you to take over this promise to Maria Lopez." in mail.text
    assert "by Wednesday 18 November, 12:20 (Lisbon time)" in mail.text
    assert "She has called twice." in mail.text


def test_is_asked_with_the_rest_of_the_team_but_not_by_themselves(made: Commitment) -> None:
    others = {agent(team=made.team), agent(team=made.team)}
    agent(team=team())
    offer(made)
    plan(now=NOW)
    asked = {mail.recipient for mail in Notification.objects.filter(kind="handoff_offered")}
    assert others < asked
    assert len(asked) == 3
    assert made.owner not in asked


def test_is_not_asked_when_somebody_was_faster(made: Commitment) -> None:
    rui = agent(team=made.team)
    offer(made, to=rui)
    plan(now=NOW)
    Commitment.objects.update(owner=rui, handoff_lapses_at=None)
    send(NOW)
    assert one("handoff_offered").not_sent_because == "no_longer_so"


def test_is_not_asked_when_it_is_too_late_to_accept(made: Commitment) -> None:
    offer(made, to=agent(team=made.team))
    send(LATER)
    assert one("handoff_offered").state == "superseded"


def test_reads_who_did_not_take_it_over(made: Commitment) -> None:
    offer(made, to=agent(team=made.team, first_name="Rui", last_name="Costa"))
    climb(made, Trigger.HANDOFF_LAPSED)
    send(NOW)
    assert "Rui Costa was asked to take this promise over and did not accept it in time." in one("handoff_lapsed").text


# -- Asked to act ---------------------------------------------------------------------------------------------------


def test_is_asked_to_move_the_date_when_our_question_has_no_answer(made: Commitment) -> None:
    Commitment.objects.update(answer_by=LATER, next_check_at=LATER)
    live(LATER)
    mail = one("answer_not_given")
    assert mail.recipient == made.owner
    assert "if it cannot be kept without the answer, move the date" in mail.text


def test_is_not_asked_to_move_it_when_the_answer_has_come(made: Commitment) -> None:
    Commitment.objects.update(answer_by=LATER, next_check_at=LATER)
    note(made, EventKind.CALL_ENDED, LATER + timedelta(seconds=1))
    Commitment.objects.update(answer_by=None)
    send(LATER + timedelta(seconds=1))
    assert one("answer_not_given").state == "superseded"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"do_not_mail": "bounced"}, "Mail to this customer is not possible: please call"),
        ({"email": ""}, "Mail to this customer is not possible: please call"),
    ],
)
def test_is_reminded_to_call_whom_no_mail_reaches(made: Commitment, columns: dict[str, str], said: str) -> None:
    Customer.objects.update(phone="+351910000000", **columns)
    live(made.next_word_due_at - timedelta(minutes=30))
    mail = one("still_on_it")
    assert mail.subject.startswith("Please call. Are you still on it?")
    assert f"{said} +351910000000." in mail.text


def test_is_reminded_to_call_who_hears_by_phone_only() -> None:
    made = promise(contact_route=Commitment.ContactRoute.PHONE)
    live(made.next_word_due_at - timedelta(minutes=30))
    assert "This customer hears from us by phone only: please call" in one("still_on_it").text


def test_is_reminded_to_call_who_has_waited_on_us_too_often(made: Commitment) -> None:
    for _ in range(2):
        Strain.objects.create(customer=made.customer, sort="broken", at=NOW - timedelta(days=1), weight=2.0)
    live(made.next_word_due_at - timedelta(minutes=30))
    assert "waited on us too often lately" in one("still_on_it").text


def test_is_only_reminded_where_mails_reach_the_customer(made: Commitment) -> None:
    live(made.next_word_due_at - timedelta(minutes=30))
    assert "call" not in one("still_on_it").text


def test_is_asked_to_call_when_the_address_has_had_its_mails_for_the_day() -> None:
    owner = agent(team=team())
    maria = customer(email="maria@example.org")
    due = NOW + timedelta(hours=2)
    for _ in range(6):
        promise(owner=owner, customer=maria, due_at=due, notify_customer=False)
    live(due)
    live(due + timedelta(minutes=10))
    send(due + timedelta(minutes=30))
    assert Notification.objects.filter(kind="missed", not_sent_because="daily_limit").count() == 1
    mail = one("call_instead")
    assert (mail.recipient, mail.state) == (owner, "sent")
    sent = mail.gathered_in or mail
    assert "Please call" in sent.text
