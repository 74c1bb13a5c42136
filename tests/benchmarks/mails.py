"""Mails end to end by two worker processes, beside a bare loop that renders, builds and sends."""

import os
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from celery import current_app
from django.core.management import call_command
from django.db import transaction

from commitments import clock
from commitments.models import Commitment, CommitmentEvent, PendingEvent
from commitments.models.identifiers import time_ordered_id
from notifications import delivery, rendering
from notifications.models import Notification
from notifications.selectors.material import read
from notifications.services.envelopes import envelope_of
from tests.benchmarks.stock import Stock, fill, prepare
from tests.plugin.worker import start_worker

WORKERS = 2
ROUNDS = 3


def figures(mails: int) -> dict[str, float]:
    """Give the medians of mails a second: by the workers, and by the bare loop, measured in turn.

    The workers are warmed up by a round that is left out.
    """
    call_command("migrate", verbosity=0)
    stock = prepare()
    with tempfile.TemporaryDirectory() as folder:
        workers = [start_worker(folder=Path(folder), env=os.environ, concurrency=1) for _ in range(WORKERS)]
        try:
            ends, bare = [], []
            for _ in range(ROUNDS + 1):
                ends.append(mails / _timed_workers(stock, mails))
                bare.append(mails / _timed_bare_loop(mails))
        finally:
            for worker in workers:
                worker.stop()
    return {
        "mails": mails,
        "workers": WORKERS,
        "end_to_end_a_second": round(median(ends[1:]), 1),
        "bare_loop_a_second": round(median(bare[1:]), 1),
    }


def _timed_workers(stock: Stock, mails: int) -> float:
    """Have a receipt sent for each of `mails` new promises; give the seconds from the ring to the last record."""
    _promise(stock, mails)
    before = Notification.objects.filter(state="sent").count()
    began = time.perf_counter()
    for _ in range(WORKERS):
        current_app.send_task("notifications.dispatch")
    while PendingEvent.objects.exists() or Notification.objects.unfinished().exists():
        if time.perf_counter() - began > 120:
            raise RuntimeError("The workers did not send the mails.")
        time.sleep(0.02)
    took = time.perf_counter() - began
    sent = Notification.objects.filter(state="sent").count() - before
    if sent != mails:
        raise RuntimeError(f"{sent} mails went instead of {mails}.")
    return took


@transaction.atomic
def _promise(stock: Stock, number: int) -> None:
    """Store promises as just made, their customers still to be told."""
    now = clock.now()
    due_at = now + timedelta(days=2)
    highest = Commitment.objects.order_by("-id").values_list("id", flat=True).first() or 0
    fill(stock, idle=number, rounds=[])
    made = Commitment.objects.filter(id__gt=highest)
    made.update(due_at=due_at, next_word_due_at=None, next_check_at=due_at)
    events = [_made(pk, owner, due_at, now) for pk, owner in made.values_list("id", "owner_id")]
    CommitmentEvent.objects.bulk_create(events, batch_size=1_000)
    PendingEvent.objects.bulk_create([PendingEvent(event=event, noted_at=now) for event in events], batch_size=1_000)


def _made(commitment: int, owner: int, due_at: datetime, now: datetime) -> CommitmentEvent:
    return CommitmentEvent(
        id=time_ordered_id(now=now),
        commitment_id=commitment,
        kind="made",
        occurred_at=now,
        recorded_at=now,
        sequence=1,
        actor_id=owner,
        facts={"kind": "fix", "due_at": due_at.isoformat(), "named_at": due_at.isoformat(), "notify_customer": True},
    )


def _timed_bare_loop(mails: int) -> float:
    """Render, build and send as many of the same mails over one connection, and nothing else."""
    latest = Notification.objects.order_by("-id").values_list("id", flat=True)[:mails]
    materials = read(list(latest), now=clock.now())
    connection = delivery.connect()
    began = time.perf_counter()
    for material in materials:
        delivery.send(rendering.render(material.letter), envelope_of(material), connection=connection)
    took = time.perf_counter() - began
    delivery.close(connection)
    return took
