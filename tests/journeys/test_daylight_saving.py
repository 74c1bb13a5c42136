"""Ten teams, each in a zone of its own, live through both changes of the clocks in 2027.

What is expected is written as wall times of the team. Their instants come of a table of offsets, which is
written down, not worked out: neither the product's arithmetic nor a time zone library has a hand in it.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail.backends.dummy import EmailBackend

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target
from commitments.models import CommitmentEvent, Kind
from commitments.services.escalations import acknowledge
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep
from commitments.services.replies import customer_message
from commitments.services.word import give_word, note_risk
from notifications.services.simulation import Act, live_through
from tests import factories
from tests.journeys.zones import PLACES, Change, Place, Weekend

pytestmark = [pytest.mark.django_db]

WEEKENDS = [
    pytest.param(place, change, id=f"{place.zone} {change.sunday:%d %b}")
    for place in PLACES
    for change in place.changes
]
EVERY_PLACE = [pytest.param(place, id=place.zone) for place in PLACES]
EVERY_NIGHT = [[["00:00", "06:00"], ["22:00", "24:00"]]] * 7
PROMPTS = ("reminder_due", "word_asked")
CLOCKS = ("became_overdue", "became_silent", "holding_mail_planned", "missed_mail_planned")


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
        owner, supervisor = [weekend.owner.pk], [weekend.supervisor.pk]
        colleague = factories.agent(team=weekend.team, first_name="Tomás")
        waiting, overdue = weekend.promise("Fri 10:00", "Thu 15:00"), weekend.promise("Fri 10:00", "Fri 17:00")
        about: dict[str, Any] = {"actor": weekend.owner, "reference": waiting.reference}
        weekend.live(
            "Mon 11:30",
            Fri_1600=lambda now: customer_message(**about, channel="email", words="Will it come?", now=now),
            Fri_1700=lambda now: offer_handoff(**about, to=colleague, now=now),
            Fri_1710=lambda now: acknowledge(actor=weekend.owner, reference=overdue.reference, now=now),
            Fri_1730=lambda now: note_risk(**about, meaning=WordMeaning.AT_RISK, now=now),
        )
        assert weekend.happened(waiting, "became_unanswered", "bad_news_untold", "handoff_lapsed") == weekend.expected(
            "bad_news_untold Mon 09:30", "handoff_lapsed Mon 10:00", "became_unanswered Mon 11:00"
        )
        assert weekend.steps(waiting, "untold") == [
            (weekend.at("Mon 09:30"), owner),
            (weekend.at("Mon 10:30"), supervisor),
        ]
        assert weekend.steps(waiting, "handoff_lapsed") == [(weekend.at("Mon 10:00"), supervisor)]
        assert weekend.steps(waiting, "unanswered") == [(weekend.at("Mon 11:00"), owner)]
        # Acknowledged at 17:10 for two hours: the supervisors are told that much later.
        assert weekend.steps(overdue, "overdue") == [
            (weekend.at("Fri 17:00"), owner),
            (weekend.at("Mon 10:10"), supervisor),
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
