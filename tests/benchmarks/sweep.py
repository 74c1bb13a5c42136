"""The sweep, beside one raw statement that makes the same claim and the same inserts."""

import time
from datetime import datetime, timedelta
from statistics import median

from django.core.management import call_command
from django.db import connection

from commitments import doorbell
from commitments.models import Commitment
from commitments.services.sweeping import sweep
from tests.benchmarks.stock import DUE, START, fill, prepare

ROUNDS = 3

RAW = """
WITH due AS (
    SELECT id, team_id, due_at, next_check_at,
           CASE WHEN due_at <= %(now)s THEN 'overdue'
                WHEN next_word_due_at IS NOT NULL THEN 'holding' ELSE 'reminder' END
           AS what
    FROM commitments_commitment
    WHERE status = 'open' AND next_check_at <= %(now)s
    ORDER BY next_check_at LIMIT %(due)s FOR UPDATE SKIP LOCKED
), checked AS (
    UPDATE commitments_commitment AS c
    SET next_check_at = %(now)s + interval '1 hour', checked_until = %(now)s,
        overdue_since = CASE WHEN d.what = 'overdue' THEN d.due_at END,
        times_broken = c.times_broken + CASE WHEN d.what = 'overdue' THEN 1 ELSE 0 END,
        last_word_at = CASE WHEN d.what = 'holding' THEN %(now)s ELSE c.last_word_at END,
        next_word_due_at = CASE WHEN d.what = 'holding' THEN %(now)s + interval '1 day' ELSE c.next_word_due_at END
    FROM due AS d WHERE c.id = d.id
), kinds (what, kind, tells) AS (
    VALUES ('overdue', 'became_overdue', false), ('overdue', 'escalation_opened', false),
           ('overdue', 'overdue_step', true), ('holding', 'holding_mail_planned', true),
           ('reminder', 'reminder_due', true)
), events AS (
    INSERT INTO commitments_commitmentevent (id, commitment_id, kind, occurred_at, recorded_at, facts)
    SELECT gen_random_uuid(), d.id, k.kind, d.next_check_at, %(now)s,
           jsonb_build_object('trigger', d.what, 'due_at', d.due_at)
    FROM due AS d JOIN kinds AS k ON k.what = d.what
    ON CONFLICT DO NOTHING
    RETURNING id, commitment_id, kind
), pending AS (
    INSERT INTO commitments_pendingevent (event_id, noted_at)
    SELECT e.id, %(now)s FROM events AS e JOIN kinds AS k ON k.kind = e.kind AND k.tells
), words AS (
    INSERT INTO commitments_word
        (event_id, commitment_id, sort, meaning, at, named_at, meets, state, answers, void_reason)
    SELECT id, commitment_id, 'holding', '', %(now)s, %(now)s + interval '1 day', %(now)s, 'planned', true, ''
    FROM events WHERE kind = 'holding_mail_planned'
)
INSERT INTO commitments_escalation (commitment_id, trigger, opened_at, next_position, next_step_at, steps_taken)
SELECT id, 'overdue', due_at, 1, %(now)s + interval '1 hour', 1 FROM due WHERE what = 'overdue'
"""


def figures(open_promises: int) -> dict[str, float]:
    """Give the medians in milliseconds for a thousand due among `open_promises`.

    Both are measured in turn, round by round, on promises of their own; the first round warms up and is left out.
    """
    call_command("migrate", verbosity=0)
    instants = [START + timedelta(hours=1, seconds=number) for number in range(2 * ROUNDS + 2)]
    fill(prepare(), idle=open_promises - DUE * len(instants), rounds=instants)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sweeps, raws = [], []
    with doorbell.muted():
        for sweep_at, raw_at in zip(instants[::2], instants[1::2], strict=True):
            sweeps.append(_timed_sweep(sweep_at))
            raws.append(_timed_raw(raw_at))
    return {
        "open": open_promises,
        "sweep_ms": round(median(sweeps[1:]) * 1000, 1),
        "raw_ms": round(median(raws[1:]) * 1000, 1),
    }


def _timed_sweep(at: datetime) -> float:
    began = time.perf_counter()
    counts = sweep(now=at)
    took = time.perf_counter() - began
    _must_be(counts.promises, at)
    return took


def _timed_raw(at: datetime) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(RAW, {"now": at, "due": DUE})
    took = time.perf_counter() - began
    _must_be(DUE, at)
    return took


def _must_be(promises: int, at: datetime) -> None:
    """Stop when a round did not do its work: a figure for something else would be worse than none."""
    left = Commitment.objects.due_for_a_check(now=at).count()
    if promises != DUE or left:
        raise RuntimeError(f"The round at {at} took {promises} promises and left {left}.")
