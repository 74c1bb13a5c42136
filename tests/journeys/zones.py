"""Ten zones with both changes of their clocks in 2027, written down, and a team at work around one of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail.backends.dummy import EmailBackend

from commitments.models import Commitment, CommitmentEvent, Kind
from notifications.models import Notification
from notifications.services.simulation import Act, live_through
from tests import factories


@dataclass(frozen=True)
class Change:
    """One change of the clocks, in the night that ends on a Sunday."""

    sunday: date
    before: str
    after: str
    four_hours_from_23: str = "03:00"
    """The wall time that comes four hours after 23:00 on the Saturday."""
    eight_hours_to_6: str = "Sat 22:00"
    """Eight open hours before 06:00 on the Sunday, where 22:00 to 06:00 is open every night."""
    a_day_from_16: str = "16:00"
    """The wall time that comes 24 hours after 16:00 on the Saturday."""


@dataclass(frozen=True)
class Place:
    """A zone with its two changes of 2027."""

    zone: str
    changes: tuple[Change, Change]

    def offset(self, day: date) -> str:
        """Give the offset from UTC of a date in 2027; on a Sunday of change, the one after it."""
        first, second = self.changes
        return first.before if day < first.sunday else first.after if day < second.sunday else second.after

    def at(self, day: date, clock: str) -> datetime:
        """Give the instant of a wall time."""
        return datetime.fromisoformat(f"{day.isoformat()}T{clock}{self.offset(day)}")


def springs(day: int, month: int, before: str, after: str) -> Change:
    """Describe a night that loses an hour."""
    return Change(date(2027, month, day), before, after, "04:00", "Sat 05:00", "17:00")


def falls_back(day: int, month: int, before: str, after: str) -> Change:
    """Describe a night that gains an hour."""
    return Change(date(2027, month, day), before, after, "02:00", "Sat 23:00", "15:00")


def stays(day: int, month: int, offset: str) -> Change:
    """Describe a night in which others change their clocks."""
    return Change(date(2027, month, day), offset, offset)


PLACES = (
    Place("Europe/Lisbon", (springs(28, 3, "+00:00", "+01:00"), falls_back(31, 10, "+01:00", "+00:00"))),
    Place("America/New_York", (springs(14, 3, "-05:00", "-04:00"), falls_back(7, 11, "-04:00", "-05:00"))),
    Place("America/St_Johns", (springs(14, 3, "-03:30", "-02:30"), falls_back(7, 11, "-02:30", "-03:30"))),
    # At midnight: the Saturday has a second 23:00, and the Sunday begins at 01:00.
    Place("America/Santiago", (falls_back(4, 4, "-03:00", "-04:00"), springs(5, 9, "-04:00", "-03:00"))),
    Place("Australia/Sydney", (falls_back(4, 4, "+11:00", "+10:00"), springs(3, 10, "+10:00", "+11:00"))),
    # By half an hour.
    Place(
        "Australia/Lord_Howe",
        (
            Change(date(2027, 4, 4), "+11:00", "+10:30", "02:30", "Sat 22:30", "15:30"),
            Change(date(2027, 10, 3), "+10:30", "+11:00", "03:30", "Sat 05:30", "16:30"),
        ),
    ),
    Place("Pacific/Auckland", (falls_back(4, 4, "+13:00", "+12:00"), springs(26, 9, "+12:00", "+13:00"))),
    # For the month of Ramadan.
    Place("Africa/Casablanca", (falls_back(7, 2, "+01:00", "+00:00"), springs(14, 3, "+00:00", "+01:00"))),
    # Without a change.
    Place("America/Sao_Paulo", (stays(28, 3, "-03:00"), stays(31, 10, "-03:00"))),
    Place("Asia/Kolkata", (stays(28, 3, "+05:30"), stays(31, 10, "+05:30"))),
)
DAYS_FROM_SUNDAY = {"Fri": -2, "Sat": -1, "Sun": 0, "Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4}


class Weekend:
    """A team at work around one change of its clocks."""

    def __init__(self, place: Place, change: Change, *, week: Sequence[object] = factories.OFFICE_HOURS) -> None:
        self.place, self.change = place, change
        self.team = factories.team(zone=place.zone, week=week)
        self.owner = factories.agent(team=self.team)
        self.supervisor = factories.supervisor(team=self.team)

    def at(self, text: str) -> datetime:
        """Give the instant of `Mon 10:30`, by the team's wall clock."""
        day, clock = text.split()
        return self.place.at(self.day(day), clock)

    def day(self, name: str) -> date:
        """Give the date of a day around the change; `Mon` is the one after it."""
        return self.change.sunday + timedelta(days=DAYS_FROM_SUNDAY[name])

    def promise(self, made: str, due: str, *, kind: str = Kind.FIX, **fields: object) -> Commitment:
        """Make a promise on the phone, to a customer who lives where the team works."""
        return factories.promise(
            owner=self.owner,
            team=self.team,
            customer=factories.customer(time_zone=self.place.zone),
            kind=kind,
            now=self.at(made),
            due_at=self.at(due),
            **fields,
        )

    def live(self, until: str, **acts: Callable[[datetime], object]) -> None:
        """Let time act, mails being taken at once; `acts` are done when they say: `Fri_1600`."""
        done = [Act(self.at(f"{when[:3]} {when[4:6]}:{when[6:]}"), do) for when, do in acts.items()]
        # Simulated time begins with the first act: here, with the first promise.
        begins = Act(min(Commitment.objects.values_list("made_at", flat=True)), lambda now: None)
        live_through([begins, *done], until=self.at(until), connect=lambda _: EmailBackend())

    def happened(self, promise: Commitment, *kinds: str) -> list[tuple[str, datetime]]:
        """Give what time did to a promise, in its order."""
        events = CommitmentEvent.objects.filter(commitment=promise, kind__in=kinds)
        return list(events.order_by("occurred_at", "id").values_list("kind", "occurred_at"))

    def expected(self, *lines: str) -> list[tuple[str, datetime]]:
        """Read `reminder_due Mon 11:30`."""
        return [(kind, self.at(when)) for kind, when in (line.split(" ", 1) for line in lines)]

    def steps(self, promise: Commitment, trigger: str) -> list[tuple[datetime, list[int]]]:
        """Give when a ladder was climbed, and whom each step told."""
        rows = CommitmentEvent.objects.filter(commitment=promise, kind=f"{trigger}_step").order_by("occurred_at")
        return [(at, facts["recipients"]) for at, facts in rows.values_list("occurred_at", "facts")]

    def mail(self, promise: Commitment, kind: str) -> Notification:
        """Give the customer's only mail of a kind."""
        return Notification.objects.get(commitment=promise, kind=kind, to_customer=True)

    def in_words(self, day: str, clock: str) -> str:
        """Say a wall time as mails do, up to the zone."""
        on = self.day(day)
        return f"{on:%A} {on.day} {on:%B}, {clock} ("
