"""One promise from the call to the end, with a real worker, beat, broker, database and mail server."""

from datetime import timedelta

import pytest

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target
from commitments.models import Commitment, CommitmentEvent
from commitments.services.promising import keep
from commitments.services.word import give_word
from tests import factories
from tests.journeys.waiting import until
from tests.plugin.mail import MailServer
from tests.plugin.worker import CeleryProcess

pytestmark = [pytest.mark.worker]

TO_THE_DATE = timedelta(seconds=8)


@pytest.fixture
def beat(start_celery_beat: object) -> CeleryProcess:
    """Run one real beat beside the test."""
    return start_celery_beat()  # type: ignore[operator]


def subjects(mails: list[object]) -> str:
    """Give the subjects of mails, to look for words in."""
    return "\n".join(str(mail.message["subject"]) for mail in mails)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("worker", "beat")
def test_a_forgotten_promise_is_told_to_everyone_and_taken_back_when_it_had_been_kept(
    smtp_server: MailServer,
) -> None:
    team = factories.team(week=factories.ALWAYS)
    agent, supervisor = factories.agent(team=team), factories.supervisor(team=team)
    factories.policy(team=team, missed_grace="0min", ladder=[("0min", Target.OWNER), ("0min", Target.SUPERVISORS)])
    customer = factories.customer()
    now = clock.now()
    promise = factories.promise(
        owner=agent, team=team, customer=customer, now=now, due_at=now + TO_THE_DATE, notify_customer=True
    )

    until(lambda: smtp_server.to(customer.email), what="receipt")
    assert promise.reference in subjects(smtp_server.to(customer.email))

    until(lambda: smtp_server.to(supervisor.email), what="mail to the supervisor")
    until(lambda: len(smtp_server.to(customer.email)) == 2, what="missed mail")
    until(lambda: smtp_server.to(agent.email), what="mail to the owner")
    assert promise.reference in subjects(smtp_server.to(agent.email))
    assert "missed" in subjects(smtp_server.to(customer.email)).lower()
    overdue = CommitmentEvent.objects.get(commitment=promise, kind="became_overdue")
    assert overdue.occurred_at == promise.due_at
    assert overdue.recorded_at >= overdue.occurred_at
    assert promise in Commitment.objects.supervised_by(supervisor).overdue(now=clock.now())

    keep(
        actor=agent,
        reference=promise.reference,
        now=clock.now(),
        happened_at=promise.due_at - timedelta(seconds=1),
    )
    until(lambda: len(smtp_server.to(customer.email)) == 3, what="mail that it was kept")
    # A mail is recorded after it has gone.
    until(lambda: promise.events.filter(kind="mail_sent").count() >= 5, what="record of five mails")
    promise.refresh_from_db()
    assert (promise.outcome, promise.times_broken) == ("kept_on_time", 0)
    kinds = list(promise.events.order_by("occurred_at", "id").values_list("kind", flat=True))
    for kind in ("made", "became_overdue", "overdue_step", "missed_mail_planned", "break_taken_back", "kept"):
        assert kind in kinds, kind


@pytest.mark.usefixtures("worker", "beat")
def test_an_agents_word_reaches_the_customer_and_counts_once_it_has_gone(smtp_server: MailServer) -> None:
    team = factories.team(week=factories.ALWAYS)
    agent = factories.agent(team=team)
    customer = factories.customer(name="Zoë Müller-Lüdenscheidt")
    now = clock.now()
    promise = factories.promise(
        owner=agent, team=team, customer=customer, now=now, due_at=now + timedelta(days=3), notify_customer=False
    )
    give_word(
        actor=agent,
        reference=promise.reference,
        now=clock.now(),
        meaning=WordMeaning.NEWS,
        message="The courier has the parcel.",
        by_mail=True,
    )
    until(lambda: smtp_server.to(customer.email), what="update")
    until(lambda: promise.words.get(sort="update").state == "gone", what="word that has gone")
    (mail,) = smtp_server.to(customer.email)
    assert mail.recipients == [customer.email]
    body = mail.message.get_body(("plain",))
    assert body is not None
    assert "The courier has the parcel." in body.get_content()
    promise.refresh_from_db()
    assert promise.unconfirmed_meets is None
