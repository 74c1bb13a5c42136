"""The broker is away for a while: the database knows what is due, and everything goes out once when it is back."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commitments import clock
from commitments.domain.escalation import Target
from commitments.models import Commitment
from tests import factories
from tests.journeys.waiting import until
from tests.plugin import StartCelery
from tests.plugin.broker import Broker
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.worker]

AWAY = 12.0
"""Seconds: long enough for clients to have lengthened the pauses between their tries."""
LONG = 30.0
"""Seconds: who waits for a broker that is away waits longer, and who does not needs less on the busiest machine."""


def test_what_fell_due_while_the_broker_was_away_goes_out_once(
    smtp_server: MailServer, broker: Broker, start_celery_worker: StartCelery, start_celery_beat: StartCelery
) -> None:
    start_celery_worker()
    start_celery_beat()
    team = factories.team(week=factories.ALWAYS)
    agent = factories.agent(team=team)
    factories.policy(team=team, missed_grace="0min", ladder=[("0min", Target.OWNER)])
    customers = [factories.customer() for _ in range(4)]

    broker.stop()
    now = clock.now()
    for customer in customers[:2]:
        factories.promise(
            owner=agent, team=team, customer=customer, now=now, due_at=now + timedelta(seconds=5), notify_customer=False
        )
    client = Client()
    client.force_login(agent)
    began = time.monotonic()
    for customer in customers[2:]:
        factories.promise(owner=agent, team=team, customer=customer, now=clock.now(), due_at=now + timedelta(days=1))
    assert client.get(reverse("commitments:desk")).status_code == 200
    assert time.monotonic() - began < LONG, "The pages waited for the broker."
    time.sleep(AWAY)
    assert smtp_server.messages == []
    broker.start()

    until(
        lambda: len(smtp_server.messages) >= 5,
        what="two receipts, two missed mails, one about both escalations",
    )
    time.sleep(6)
    for customer in customers:
        assert len(smtp_server.to(customer.email)) == 1
    assert len(smtp_server.to(agent.email)) == 1
    assert Commitment.objects.filter(times_broken=1).count() == 2
