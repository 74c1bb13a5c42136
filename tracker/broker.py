"""How the worker and beat hold on to the broker: after an outage they are back within seconds, however long it was.

Kombu waits two seconds longer after every failed attempt, up to thirty, and has no setting for it; Celery takes
another connection class through its `amqp` argument.
"""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

FIRST_WAIT = LONGER_BY = 1.0
LONGEST_WAIT = 3.0
"""Seconds between two attempts; with the time an attempt itself may take, a return is noticed within about 6 s."""


class PatientConnection(Connection):
    """Tries for as long as it takes, at short intervals."""

    def _ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        waits = {"interval_start": FIRST_WAIT, "interval_step": LONGER_BY, "interval_max": LONGEST_WAIT}
        return super()._ensure_connection(*args, **waits | kwargs)


class PatientAMQP(AMQP):
    """Celery's ways to the broker, over a connection that does not sleep for long."""

    Connection = BrokerConnection = PatientConnection
