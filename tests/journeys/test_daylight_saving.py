"""Ten teams, each in a zone of its own, live through both changes of the clocks in 2027.

What is expected is written as wall times of the team. Their instants come of the table of offsets below, which is
written down, not worked out: neither the product's arithmetic nor a time zone library has a hand in it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.mail.backends.dummy import EmailBackend

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target
from commitments.models import Commitment, CommitmentEvent, Kind
from commitments.services.escalations import acknowledge
from commitments.services.promising import keep
from commitments.services.replies import customer_message
from commitments.services.word import give_word, note_risk
from notifications.models import Notification
from notifications.services.simulation import Act, live_through
from tests import factories

pytestmark = [pytest.mark.django_db]


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
WEEKENDS = [
    pytest.param(place, change, id=f"{place.zone} {change.sunday:%d %b}")
    for place in PLACES
    for change in place.changes
]
EVERY_PLACE = [pytest.param(place, id=place.zone) for place in PLACES]
DAYS_FROM_SUNDAY = {"Fri": -2, "Sat": -1, "Sun": 0, "Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4}
EVERY_NIGHT = [[["00:00", "06:00"], ["22:00", "24:00"]]] * 7
PROMPTS = ("reminder_due", "word_asked")
CLOCKS = ("became_overdue", "became_silent", "holding_mail_planned", "missed_mail_planned")


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
        live_through(done, until=self.at(until), connect=lambda _: EmailBackend())

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


@pytest.mark.parametrize(("place", "change"), WEEKENDS)
def test_the_table_of_offsets_is_the_one_that_is_kept(place: Place, change: Change) -> None:
    for day in (change.sunday - timedelta(days=1), change.sunday):
        noon = place.at(day, "12:00")
        assert noon.astimezone(ZoneInfo(place.zone)).utcoffset() == noon.utcoffset()


def test_at_least_seven_of_the_ten_change_their_clocks() -> None:
    changing = [place for place in PLACES if any(change.before != change.after for change in place.changes)]
    assert (len(PLACES), len(changing)) == (10, 8)


@pytest.mark.parametrize(("place", "change"), WEEKENDS)
class TestOfficeHoursOverTheWeekend:
    """Monday to Friday, 09:00 to 18:00; the clocks change while nobody is there."""

    def test_a_due_clock_and_its_mail_keep_to_wall_time(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Fri 15:00", "Mon 12:00")
        weekend.live("Tue 12:00")
        assert weekend.happened(promise, *PROMPTS, *CLOCKS) == weekend.expected(
            "reminder_due Fri 17:00",
            "reminder_due Mon 11:30",
            "became_overdue Mon 12:00",
            "missed_mail_planned Mon 12:10",
            "word_asked Mon 13:45",
            "became_silent Mon 14:15",
        )
        owner, supervisor = [weekend.owner.pk], [weekend.supervisor.pk]
        assert weekend.steps(promise, "overdue") == [
            (weekend.at("Mon 12:00"), owner),
            (weekend.at("Mon 13:00"), supervisor),
            (weekend.at("Mon 17:00"), supervisor),
            (weekend.at("Tue 12:00"), supervisor),
        ]
        assert weekend.steps(promise, "silent") == [
            (weekend.at("Mon 14:15"), owner),
            (weekend.at("Mon 15:15"), supervisor),
            (weekend.at("Tue 10:15"), supervisor),
        ]
        missed = weekend.mail(promise, "missed")
        assert missed.sent_at == weekend.at("Mon 12:10")
        assert weekend.in_words("Mon", "12:00") in missed.text
        assert weekend.in_words("Mon", "14:15") in missed.text

    def test_a_cadence_of_business_days_and_its_mails_keep_to_wall_time(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Fri 15:00", "Thu 15:00")
        weekend.live("Wed 12:00")
        assert weekend.happened(promise, *PROMPTS, *CLOCKS) == weekend.expected(
            "word_asked Mon 14:30",
            "holding_mail_planned Mon 14:50",
            "word_asked Tue 14:30",
            "became_silent Tue 15:00",
        )
        assert weekend.steps(promise, "silent") == [
            (weekend.at("Tue 15:00"), [weekend.owner.pk]),
            (weekend.at("Tue 16:00"), [weekend.supervisor.pk]),
            (weekend.at("Wed 11:00"), [weekend.supervisor.pk]),
        ]
        holding = weekend.mail(promise, "holding")
        assert holding.sent_at == weekend.at("Mon 14:50")
        assert weekend.in_words("Tue", "15:00") in holding.text
        assert weekend.in_words("Mon", "15:00") in weekend.mail(promise, "promised").text

    def test_a_cadence_of_business_hours_counts_open_hours_only(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Fri 16:00", "Thu 15:00", kind=Kind.ANSWER)
        weekend.live("Tue 12:00")
        assert weekend.happened(promise, *PROMPTS, *CLOCKS) == weekend.expected(
            "word_asked Mon 10:30",
            "holding_mail_planned Mon 10:50",
            "word_asked Mon 14:30",
            "became_silent Mon 15:00",
        )
        assert weekend.steps(promise, "silent") == [
            (weekend.at("Mon 15:00"), [weekend.owner.pk]),
            (weekend.at("Mon 16:00"), [weekend.supervisor.pk]),
            (weekend.at("Tue 11:00"), [weekend.supervisor.pk]),
        ]

    def test_what_waits_for_a_person_waits_in_open_hours(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Fri 10:00", "Thu 15:00")
        common = {"actor": weekend.owner, "reference": promise.reference}
        weekend.live(
            "Mon 11:30",
            Fri_1600=lambda now: customer_message(channel="email", words="Will it come?", now=now, **common),
            Fri_1730=lambda now: note_risk(meaning=WordMeaning.AT_RISK, now=now, **common),
        )
        owner, supervisor = [weekend.owner.pk], [weekend.supervisor.pk]
        assert weekend.happened(promise, "became_unanswered", "bad_news_untold") == weekend.expected(
            "bad_news_untold Mon 09:30", "became_unanswered Mon 11:00"
        )
        assert weekend.steps(promise, "unanswered") == [(weekend.at("Mon 11:00"), owner)]
        assert weekend.steps(promise, "untold") == [
            (weekend.at("Mon 09:30"), owner),
            (weekend.at("Mon 10:30"), supervisor),
        ]

    def test_an_acknowledged_ladder_is_climbed_on_in_open_hours(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Fri 10:00", "Fri 17:00")
        weekend.live(
            "Mon 12:00",
            Fri_1710=lambda now: acknowledge(actor=weekend.owner, reference=promise.reference, now=now),
        )
        assert weekend.steps(promise, "overdue") == [
            (weekend.at("Fri 17:00"), [weekend.owner.pk]),
            (weekend.at("Mon 10:10"), [weekend.supervisor.pk]),
        ]


@pytest.mark.parametrize(("place", "change"), WEEKENDS)
class TestNightsThroughTheChange:
    """Every night from 22:00 to 06:00; the clocks change at work. A skipped hour is no hour, a repeated one is two."""

    def test_a_cadence_counts_the_hours_that_there_are(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change, week=EVERY_NIGHT)
        factories.policy(team=weekend.team, kind=Kind.ANSWER, holding_mails=0, waking_from=None, waking_until=None)
        promise = weekend.promise("Sat 23:00", "Thu 05:00", kind=Kind.ANSWER)
        deadline = weekend.at(f"Sun {change.four_hours_from_23}")
        assert promise.next_word_due_at == deadline
        weekend.live("Sun 05:00")
        assert weekend.happened(promise, *PROMPTS, *CLOCKS) == [
            ("word_asked", deadline - timedelta(minutes=30)),
            ("became_silent", deadline),
        ]

    def test_a_reminder_counts_them_backwards(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change, week=EVERY_NIGHT)
        reminders = (Duration.parse("8bh"), Duration.parse("30min"))
        factories.policy(team=weekend.team, reminders=reminders, waking_from=None, waking_until=None)
        promise = weekend.promise("Sat 04:00", "Sun 06:00")
        weekend.live("Sun 05:45")
        assert weekend.happened(promise, "reminder_due") == weekend.expected(
            f"reminder_due {change.eight_hours_to_6}", "reminder_due Sun 05:30"
        )

    def test_a_ladder_is_climbed_by_them(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change, week=EVERY_NIGHT)
        factories.policy(team=weekend.team, ladder=[("0min", Target.OWNER), ("4bh", Target.SUPERVISORS)])
        promise = weekend.promise("Sat 22:00", "Sat 23:00")
        weekend.live("Sun 05:00")
        assert weekend.steps(promise, "overdue") == [
            (weekend.at("Sat 23:00"), [weekend.owner.pk]),
            (weekend.at(f"Sun {change.four_hours_from_23}"), [weekend.supervisor.pk]),
        ]

    def test_a_sleeping_customer_is_named_an_hour_after_their_morning(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change, week=EVERY_NIGHT)
        promise = weekend.promise("Sat 23:00", "Thu 05:00", kind=Kind.ANSWER)
        assert promise.next_word_due_at == weekend.at("Sun 09:00")
        weekend.live("Sun 10:00")
        assert weekend.mail(promise, "holding").sent_at == weekend.at("Sun 08:50")

    def test_a_cadence_of_elapsed_hours_does_not_keep_the_wall_time(self, place: Place, change: Change) -> None:
        weekend = Weekend(place, change)
        promise = weekend.promise("Sat 16:00", "Thu 16:00", agreed_cadence=Duration.parse("24h"))
        assert promise.next_word_due_at == weekend.at(f"Sun {change.a_day_from_16}")


@pytest.mark.parametrize("place", EVERY_PLACE)
def test_word_every_four_weeks_is_due_at_ten_all_year(place: Place) -> None:
    team = factories.team(zone=place.zone)
    factories.policy(team=team, holding_mails=0)
    owner = factories.agent(team=team)
    mondays = [date(2027, 1, 4) + timedelta(weeks=weeks) for weeks in range(0, 50, 4)]
    made_at, *words = (place.at(monday, "10:00") for monday in mondays)
    promise = factories.promise(
        owner=owner,
        customer=factories.customer(time_zone=place.zone),
        now=made_at,
        due_at=place.at(date(2027, 12, 20), "12:00"),
        agreed_cadence=Duration.parse("20bd"),
    )
    deadlines = []

    def say(now: datetime) -> None:
        promise.refresh_from_db()
        deadlines.append(promise.next_word_due_at)
        give_word(
            actor=owner,
            reference=promise.reference,
            now=now,
            meaning=WordMeaning.NEWS,
            message="On its way.",
            by_mail=False,
        )

    def acts() -> Iterator[Act]:
        yield from (Act(at, say) for at in words)
        yield Act(
            place.at(date(2027, 12, 20), "11:45"), lambda now: keep(actor=owner, reference=promise.reference, now=now)
        )

    live_through(acts(), until=place.at(date(2027, 12, 21), "12:00"), connect=lambda _: EmailBackend())
    assert deadlines == words
    prompts = CommitmentEvent.objects.filter(commitment=promise, kind__in=[*PROMPTS, *CLOCKS]).order_by("occurred_at")
    assert list(prompts.values_list("kind", "occurred_at")) == [
        *(("word_asked", place.at(monday, "09:30")) for monday in mondays[1:]),
        ("reminder_due", place.at(date(2027, 12, 17), "17:00")),
        ("reminder_due", place.at(date(2027, 12, 20), "11:30")),
    ]


@pytest.mark.parametrize(
    ("friday", "hear_by"),
    [
        pytest.param("2027-03-05", "2027-03-08T14:00+00:00", id="both in winter: five hours apart"),
        pytest.param("2027-03-12", "2027-03-15T13:00+00:00", id="only New York in summer: four hours apart"),
        pytest.param("2027-03-26", "2027-03-29T14:00+01:00", id="both in summer: five hours apart"),
    ],
)
def test_a_customer_far_away_is_named_their_own_morning(friday: str, hear_by: str) -> None:
    # Four open hours after Friday 16:00 in Lisbon are Monday 11:00, and the night of New York; 09:00 there is named.
    made_at = datetime.fromisoformat(f"{friday}T16:00+00:00")
    promise = factories.promise(
        customer=factories.customer(time_zone="America/New_York"),
        kind=Kind.ANSWER,
        now=made_at,
        due_at=made_at + timedelta(days=7),
    )
    assert promise.next_word_due_at == datetime.fromisoformat(hear_by)
    assert promise.next_word_due_at.astimezone(ZoneInfo("America/New_York")).hour == 9
