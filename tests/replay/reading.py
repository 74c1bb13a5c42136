"""A second reading of how an incident log is replayed, the judge of `manage.py replay`.

Written from the specification alone, with the standard library alone: it imports nothing of the product, and
must not, or both would be wrong together. It is slow, plain and per incident: rows are acts, deadlines are
acts of time, and everything happens in the order of the instants. Where the words admit two readings, the one
taken stands beside the code under "Reading:".

`read` gives the rows that RESULTS.csv must have, `read_results` the rows that it has, in the same shape:
equal lists mean a right replay.
"""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from pathlib import Path

COLUMNS = (
    "number",
    "made_at",
    "due_at",
    "kept_at",
    "outcome",
    "times_broken",
    "holding_mails",
    "missed_mails",
    "silent_count",
    "silent_seconds",
    "handoffs",
    "times_reopened",
)

INSTANTS = COLUMNS[1:4]
COUNTS = COLUMNS[5:]
Row = dict[str, str | int]

DUE_AFTER = {
    "1": timedelta(hours=4),
    "2": timedelta(hours=8),
    "3": timedelta(hours=72),
    "4": timedelta(hours=120),
}
CADENCE = timedelta(hours=24)
MAIL_AHEAD = timedelta(minutes=10)
HOLDING_MAILS_ALLOWED = 1
GRACE = timedelta(minutes=10)
RECOVERY = timedelta(hours=2)

ENDED_STATES = ("Resolved", "Closed")
WAITING_STATE = "Awaiting User Info"
UNKNOWN = "?"


class Promise:
    """One incident's promise, moved by its rows and by the deadlines between them; instants are UTC."""

    def __init__(self, *, made_at: datetime, duration: timedelta) -> None:
        """Make the promise in conversation, which is a person's word."""
        self.made_at = made_at
        self.duration = duration
        self.open = True
        self.kept_at: datetime | None = None

        self.due_at = made_at + duration
        self.due_has_acted = False  # for this due_at: a new one can break again
        self.missed_pending = False  # the grace after due_at

        self.next_word_due_at: datetime | None = None
        self.holding_since_person = 0
        self.missed_since_person = 0
        self.silent_since: datetime | None = None

        self.times_broken = 0
        self.holding_mails = 0
        self.missed_mails = 0
        self.silent_count = 0
        self.silence = timedelta()
        self.handoffs = 0
        self.times_reopened = 0

        self.give_persons_word(made_at)

    # What people do.

    def give_persons_word(self, at: datetime) -> None:
        """Tell the customer, in person: ends a silence, renews the holding mail's allowance."""
        self.end_silence(at)
        self.holding_since_person = 0
        self.missed_since_person = 0
        self.missed_pending = False
        self.move_word_clock(at)

    def keep(self, at: datetime) -> None:
        """End the promise; nothing more happens by time."""
        self.end_silence(at)
        self.open = False
        self.kept_at = at
        self.missed_pending = False

    def reopen(self, at: datetime) -> None:
        """Open it again, due after the same duration from now; the new date can break anew."""
        self.open = True
        self.times_reopened += 1
        self.due_at = at + self.duration
        self.due_has_acted = False
        self.give_persons_word(at)

    def hand_off(self, at: datetime) -> None:
        """Change owners, offered and accepted at once, the customer told by a person."""
        self.handoffs += 1
        self.give_persons_word(at)

    # What time does.

    def deadlines(self) -> list[tuple[datetime, int, str]]:
        """List what time would do next as (instant, rank among equals, act).

        The due clock has the lower rank: where both clocks fall on one instant it acts first.
        """
        if not self.open:
            return []
        coming = []
        if not self.due_has_acted:
            coming.append((self.due_at, 0, "due"))
        if self.missed_pending:
            coming.append((self.due_at + GRACE, 1, "missed"))
        # Reading: "the word clock waits" for a pending missed mail: neither a holding mail nor a silence
        # starts in the grace. Once silent, only a person's word or the end moves anything: time does no more.
        if self.next_word_due_at is not None and self.silent_since is None and not self.missed_pending:
            if self.holding_since_person < HOLDING_MAILS_ALLOWED and not self.missed_since_person:
                coming.append((self.next_word_due_at - MAIL_AHEAD, 2, "holding"))
            coming.append((self.next_word_due_at, 3, "silent"))
        return sorted(coming)

    def pass_time(self, *, until: datetime) -> None:
        """Let every deadline before `until` act; one at that very instant waits for the row there."""
        while coming := self.deadlines():
            at, _, act = coming[0]
            if at >= until:
                return
            match act:
                case "due":
                    self.act_due(at)
                case "missed":
                    self.act_missed(at)
                case "holding":
                    self.act_holding(at)
                case "silent":
                    self.act_silent(at)

    def act_due(self, at: datetime) -> None:
        """Break the promise; the missed mail follows after the grace unless a person gives word in it."""
        self.due_has_acted = True
        self.times_broken += 1
        # Reading: "no person's word since due_at" means since the date broke. A word at the very instant of
        # due_at came before the deadline acted, so it is not since, and the missed mail goes. One at the very
        # instant of the missed mail is in time to stop it.
        self.missed_pending = True

    def act_missed(self, at: datetime) -> None:
        """Tell of the break: an automatic word whose named time is the recovery; it ends no silence."""
        self.missed_pending = False
        self.missed_mails += 1
        self.missed_since_person += 1
        self.next_word_due_at = at + RECOVERY

    def act_holding(self, at: datetime) -> None:
        """Send the holding mail: an automatic word at the instant it was planned."""
        self.holding_mails += 1
        self.holding_since_person += 1
        self.move_word_clock(at)

    def act_silent(self, at: datetime) -> None:
        """Begin a silence at the deadline itself."""
        self.silent_count += 1
        self.silent_since = at

    # The word clock.

    def move_word_clock(self, at: datetime) -> None:
        """Count the cadence from a word; empty where the due clock comes first or at the same instant."""
        by_cadence = at + CADENCE
        if at < self.due_at <= by_cadence:
            self.next_word_due_at = None
        else:
            self.next_word_due_at = by_cadence

    def end_silence(self, at: datetime) -> None:
        """Add a running silence to the sum."""
        if self.silent_since is not None:
            self.silence += at - self.silent_since
            self.silent_since = None


def read(path: str | Path) -> list[Row]:
    """Read an incident log and give what its replay must write, a row an incident, sorted by number."""
    by_number: dict[str, list[tuple[datetime, int, int, dict[str, str]]]] = {}
    with Path(path).open(newline="", encoding="utf-8-sig") as log:
        for line, row in enumerate(csv.DictReader(log), start=2):
            key = (_instant(row["sys_updated_at"]), int(row["sys_mod_count"]), line, row)
            by_number.setdefault(row["number"], []).append(key)
    return [
        _replay(number, [(entry[0], entry[3]) for entry in sorted(by_number[number], key=itemgetter(0, 1, 2))])
        for number in sorted(by_number)
    ]


def read_results(path: str | Path) -> list[Row]:
    """Read a RESULTS.csv in the order it has, counts as numbers and instants however their offset is written.

    Raises ValueError if its columns or their order are others than they must be.
    """
    with Path(path).open(newline="", encoding="utf-8") as results:
        reader = csv.DictReader(results)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(f"columns are {reader.fieldnames}")
        return [{column: _value(column, text) for column, text in row.items()} for row in reader]


def totals(rows: Iterable[Row]) -> dict[str, int]:
    """Sum the rows: how many of each outcome, how many ever broken, and the sum of every count."""
    rows = list(rows)
    outcomes = [row["outcome"] for row in rows]
    sums = {column: sum(int(row[column]) for row in rows) for column in COUNTS}
    return {
        "incidents": len(rows),
        "kept_on_time": outcomes.count("kept_on_time"),
        "kept_late": outcomes.count("kept_late"),
        "open": outcomes.count("open"),
        "incidents_broken": sum(int(row["times_broken"]) > 0 for row in rows),
        **sums,
    }


def _replay(number: str, rows: list[tuple[datetime, dict[str, str]]]) -> Row:
    first = rows[0][1]
    # Reading: opened_at is the instant before the first row's, so a row stamped earlier counts as at
    # opened_at.
    made_at = _instant(first["opened_at"])
    instants: list[datetime] = []
    for stamped, _ in rows:
        instants.append(max(stamped, instants[-1] if instants else made_at))

    promise = Promise(made_at=made_at, duration=DUE_AFTER[first["priority"].split(" ")[0]])
    group = UNKNOWN
    state_before = ""
    for at, (_, row) in zip(instants, rows, strict=True):
        # Deadlines at the row's own instant stay where they are until something later comes: the row is
        # first.
        promise.pass_time(until=at)
        state = row["incident_state"]

        if not promise.open and state not in ENDED_STATES:
            promise.reopen(at)

        new_group = row["assignment_group"]
        if new_group != UNKNOWN:
            # Reading: a first known group is no handoff; a change while kept is remembered and no handoff,
            # and the row that reopens has reopened before its group is looked at.
            if promise.open and group not in (UNKNOWN, new_group):
                promise.hand_off(at)
            group = new_group

        # Reading: "newly" is against the row before, whether or not the promise was open then.
        if promise.open and state == WAITING_STATE and state_before != WAITING_STATE:
            promise.give_persons_word(at)

        if promise.open and state in ENDED_STATES:
            promise.keep(at)
        state_before = state

    # Nothing happens by time at or after the last row; a silence still running is counted up to it.
    promise.end_silence(instants[-1])
    return {
        "number": number,
        "made_at": promise.made_at.isoformat(),
        "due_at": promise.due_at.isoformat(),
        # Reading: the last time it was kept, also where it has been reopened since and is open at the end.
        "kept_at": promise.kept_at.isoformat() if promise.kept_at else "",
        "outcome": _outcome(promise),
        "times_broken": promise.times_broken,
        "holding_mails": promise.holding_mails,
        "missed_mails": promise.missed_mails,
        "silent_count": promise.silent_count,
        "silent_seconds": int(promise.silence.total_seconds()),
        "handoffs": promise.handoffs,
        "times_reopened": promise.times_reopened,
    }


def _outcome(promise: Promise) -> str:
    if promise.open or promise.kept_at is None:
        return "open"
    return "kept_on_time" if promise.kept_at <= promise.due_at else "kept_late"


def _value(column: str, text: str) -> str | int:
    if column in COUNTS:
        return int(text)
    if column in INSTANTS and text:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    return text


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=UTC)
