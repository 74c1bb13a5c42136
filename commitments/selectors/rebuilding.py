"""Rows beside what their timelines say that they are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from commitments.domain.entries import Entry
from commitments.domain.rebuilding import Rebuilt, rebuild
from commitments.domain.timeline import EventKind
from commitments.models import CLOCK_FIELDS, Commitment, CommitmentEvent, Escalation, Policy
from commitments.models.policy import elapsed

NOT_TOLD = frozenset({"checked_until"})
"""Columns that say when a row was last looked at, and nothing of the promise."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One column of one promise that is not what its timeline says."""

    reference: str
    column: str
    stored: Any
    told: Any

    def __str__(self) -> str:
        return f"{self.reference} {self.column}: {_plain(self.stored)} is stored, the timeline says {_plain(self.told)}"


def entries_of(commitments: Iterable[int]) -> dict[int, list[Entry]]:
    """Read the timelines of promises in the order of their recording, in one statement."""
    found: dict[int, list[Entry]] = defaultdict(list)
    events = CommitmentEvent.objects.filter(commitment__in=list(commitments)).order_by("recorded_at", "id")
    columns = events.values_list("commitment_id", "id", "kind", "occurred_at", "recorded_at", "facts")
    for commitment, id_, kind, occurred_at, recorded_at, facts in columns:
        found[commitment].append(Entry(str(id_), EventKind(kind), occurred_at, recorded_at, facts))
    return found


def differences(commitments: Iterable[Commitment]) -> Iterator[Difference]:
    """Compare promises with what their timelines say; three statements."""
    rows = list(commitments)
    keys = [row.pk for row in rows]
    entries = entries_of(keys)
    ladders: dict[int, dict[str, Any]] = defaultdict(dict)
    for escalation in Escalation.objects.filter(commitment__in=keys, ended_at__isnull=True):
        ladders[escalation.commitment_id][escalation.trigger] = escalation.opened_at
    graces = _graces(entries)
    for row in rows:
        told = rebuild(entries[row.pk], graces=graces)
        for column, stored, says in _columns(row, told, ladders=ladders[row.pk]):
            if stored != says:
                yield Difference(row.reference, column, stored, says)


def _graces(entries: Mapping[int, Iterable[Entry]]) -> dict[int, timedelta]:
    """Read how long the missed mail waits under each policy that the timelines name."""
    named = {entry.facts["policy"] for told in entries.values() for entry in told if "policy" in entry.facts}
    policies = Policy.objects.filter(pk__in=named).values_list("pk", "missed_grace")
    return {pk: elapsed(grace) for pk, grace in policies}


def _columns(row: Commitment, told: Rebuilt, *, ladders: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in CLOCK_FIELDS:
        if name not in NOT_TOLD:
            yield name, getattr(row, name), getattr(told.promise, name)
    yield "owner", row.owner_id, told.owner
    yield "team", row.team_id, told.team
    yield "version", row.version, told.version
    yield "voided_at", row.voided_at, told.voided_at
    yield "revealed_at", row.revealed_at, told.revealed_at
    yield "times_corrected", row.times_corrected, told.times_corrected
    yield "ladders", ladders, {trigger.value: opened_at for trigger, opened_at in told.ladders.items()}


def _plain(value: Any) -> str:
    return "nothing" if value is None or value == "" else str(value)
