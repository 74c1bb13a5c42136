"""A help desk's incident log, read as promises and the acts on them.

The log is a table of updates as ServiceNow exports them: one row an update, dates day first in UTC, `?` for unknown.
Each incident becomes a promise to fix it, made by phone when it was opened; what its rows say to the customer becomes
word, handing over, keeping and reopening. Rows that say nothing to the customer are work, but no word.
"""

import csv
import enum
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

COLUMNS = (
    "number",
    "incident_state",
    "sys_mod_count",
    "caller_id",
    "opened_at",
    "sys_updated_at",
    "priority",
    "assignment_group",
)
"""The columns that are read; others may be there."""

UNKNOWN = "?"
ENDED = frozenset({"Resolved", "Closed"})
ASKING = "Awaiting User Info"
DUE_AFTER = {
    "1": timedelta(hours=4),
    "2": timedelta(hours=8),
    "3": timedelta(hours=72),
    "4": timedelta(hours=120),
}
"""How long after opening an incident of each priority is promised to be fixed."""
WRITTEN = "%d-%m-%Y %H:%M"


class LogError(ValueError):
    """The log cannot be read; the message names the line (the header is line 1) and says what is wrong with it."""


class ActKind(enum.StrEnum):
    """What a row says to the customer."""

    REOPEN = "reopen"
    """It was not solved after all: promised anew."""
    HAND_OVER = "hand_over"
    """Another group has it now."""
    ASK = "ask"
    """Something is asked of the customer."""
    KEEP = "keep"
    """It is solved."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on the promise, at an instant (UTC); `group` is whoever takes over."""

    at: datetime
    kind: ActKind
    group: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident: the promise, the acts on it in order, and the instant of its last row."""

    number: str
    caller: str
    group: str
    opened_at: datetime
    due_after: timedelta
    acts: tuple[Act, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    updated_at: datetime
    mod_count: int
    values: dict[str, str]


def read_log(lines: Iterable[str]) -> list[Incident]:
    """Read a whole log, its incidents sorted by number. Raises LogError for the first line that cannot be read."""
    reader = csv.DictReader(lines, strict=True)
    try:
        header = reader.fieldnames or []
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise LogError(f"Line 1: the log has no column {', '.join(missing)}.")
        rows: dict[str, list[_Row]] = defaultdict(list)
        for values in reader:
            row = _read_row(values, line=reader.line_num, width=len(header))
            rows[row.values["number"]].append(row)
    except (csv.Error, UnicodeDecodeError) as error:
        raise LogError(f"Line {reader.line_num + 1}: this is no CSV text ({error}).") from error
    if not rows:
        raise LogError("The log has no incidents.")
    return [_read_incident(number, rows[number]) for number in sorted(rows)]


def _read_row(values: dict[str, str], *, line: int, width: int) -> _Row:
    if None in values or any(value is None for value in values.values()):
        raise LogError(f"Line {line}: there are more or fewer than {width} values.")
    if not values["number"].strip():
        raise LogError(f"Line {line}: the incident has no number.")
    try:
        mod_count = int(values["sys_mod_count"])
    except ValueError as error:
        raise LogError(f"Line {line}: sys_mod_count “{values['sys_mod_count']}” is no whole number.") from error
    updated_at = _read_instant(values, "sys_updated_at", line=line)
    return _Row(line=line, updated_at=updated_at, mod_count=mod_count, values=values)


def _read_instant(values: dict[str, str], column: str, *, line: int) -> datetime:
    try:
        return datetime.strptime(values[column], WRITTEN).replace(tzinfo=UTC)
    except ValueError as error:
        raise LogError(f"Line {line}: {column} “{values[column]}” is no date such as 29-02-2016 07:08.") from error


def _read_incident(number: str, rows: list[_Row]) -> Incident:
    rows = sorted(rows, key=lambda row: (row.updated_at, row.mod_count, row.line))
    first = rows[0]
    opened_at = _read_instant(first.values, "opened_at", line=first.line)
    due_after = DUE_AFTER.get(first.values["priority"][:1])
    if due_after is None:
        raise LogError(f"Line {first.line}: priority “{first.values['priority']}” is none of 1, 2, 3, 4.")
    acts: list[Act] = []
    at, state, group, kept = opened_at, "", "", False
    for row in rows:
        # A row stamped earlier than the one before it happened no earlier than that one.
        at = max(at, row.updated_at)
        previous_state, state = state, row.values["incident_state"]
        previous_group, given = group, row.values["assignment_group"]
        group = group if given in {UNKNOWN, ""} else given
        if kept and state not in ENDED:
            acts.append(Act(at, ActKind.REOPEN))
            kept = False
        if not kept and previous_group and group != previous_group:
            acts.append(Act(at, ActKind.HAND_OVER, group))
        if not kept and state == ASKING != previous_state:
            acts.append(Act(at, ActKind.ASK))
        if not kept and state in ENDED:
            acts.append(Act(at, ActKind.KEEP))
            kept = True
    first_group = next((name for row in rows if (name := row.values["assignment_group"]) not in {UNKNOWN, ""}), "")
    return Incident(
        number=number,
        caller=first.values["caller_id"],
        group=first_group,
        opened_at=opened_at,
        due_after=due_after,
        acts=tuple(acts),
        last_at=at,
    )
