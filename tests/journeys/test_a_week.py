"""One week of a team, played through: Monday 16 to Friday 20 November 2026, in Lisbon.

Everything is real but the time: the services, the sweep, planning, sending, and a mail server that keeps what it is
given. Time stops at every deadline. What is expected are the mails, with the times in them, and the lines of the
timelines.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from commitments.domain.business_time import ClosedDay, end_of_day
from commitments.models import CommitmentEvent, Customer, Kind
from commitments.selectors.desk import read_desk
from commitments.services.absences import note_absence
from commitments.services.customers import change_customer
from tests.journeys.week import MONDAY, Week, at, bounce, brief, brief_after, clock, in_quarters
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db]

BUSY = 30
"""So many promises fall due on Monday between 14:00 and 15:00."""


def monday(week: Week) -> Iterator[None]:
    """Thirty promises fall due in one hour, all of them Ana's."""
    promised: list[tuple[Customer, datetime]] = []
    for number in range(BUSY):
        customer = week.customer(f"Customer-{number:02} Silva")
        due = at("Mon 14:00", minutes=2 * number)
        week.promises(at("Mon 09:00", minutes=2 * number), customer, due)
        promised.append((customer, due))
    kept, moved, missed = promised[0::3], promised[1::3], promised[2::3]
    for customer, due in kept:
        week.keeps(due - timedelta(minutes=5), customer)
    for customer, due in moved:
        week.moves(due - timedelta(minutes=15), customer, at("Tue 11:00"))
        week.keeps(at("Tue 10:30"), customer)
    *called_soon, called_late = missed
    for customer, due in called_soon:
        week.keeps(due + timedelta(minutes=45), customer)
    week.keeps(called_late[1] + timedelta(minutes=75), called_late[0])
    yield

    for customer, due in kept:
        assert week.post_of(customer) == [
            f"promised {brief(week.promise(customer).made_at)}",
            f"kept {brief_after(due, -5)}",
            f"aftercare {brief_after(due, 55)}",
        ]
        assert week.promise(customer).outcome == "kept_on_time"
    for customer, due in moved:
        assert week.post_of(customer) == [
            f"promised {brief(week.promise(customer).made_at)}",
            f"renegotiated {brief_after(due, -15)}",
            "kept Tue 10:30",
            "aftercare Tue 11:30",
        ]
        text = week.letters(customer.email)[1].text
        assert f"We promised you, by Monday 16 November, {clock(due)} (Lisbon time):" in text
        assert "Our new promise: by Tuesday 17 November, 11:00 (Lisbon time)." in text
        assert "collect it from our shop" in text
        row = week.promise(customer)
        assert (row.outcome, row.times_renegotiated, row.times_broken) == ("kept_on_time", 1, 0)
    for customer, due in missed:
        later = 75 if customer is called_late[0] else 45
        assert week.post_of(customer) == [
            f"promised {brief(week.promise(customer).made_at)}",
            f"missed {brief_after(due, 10)}",
            f"kept {brief_after(due, later)}",
            f"aftercare {brief_after(due, later + 60)}",
        ]
        text = week.letters(customer.email)[1].text
        assert f"We promised you, by Monday 16 November, {clock(due)} (Lisbon time):" in text
        recovery = in_quarters(due + timedelta(minutes=10, hours=2))
        assert f"A person will be in touch by Monday 16 November, {clock(recovery)} (Lisbon time)." in text
        assert week.promise(customer).outcome == "kept_late"

    # The one who was called late: the owner at once, the supervisor after an hour, and nothing else.
    customer, _ = called_late
    assert week.timeline(customer) == [
        "made Mon 09:58",
        "reminder_due Mon 10:58",
        "reminder_due Mon 14:28",
        "became_overdue Mon 14:58",
        "escalation_opened Mon 14:58",
        "overdue_step Mon 14:58",
        "missed_mail_planned Mon 15:08",
        "overdue_step Mon 15:58",
        "escalation_ended Mon 16:13",
        "kept Mon 16:13",
    ]
    assert week.told(customer, "overdue") == ["Ana Mon 14:58", "Sofia Mon 15:58"]

    # Two reminders of each promise, and ten dates that passed: Ana is told of them all, in a few mails.
    told = [letter for letter in week.letters(week.ana.email) if letter.when.startswith("Mon")]
    quarters = ["10:00", "10:15", "10:30", "10:45", "11:00", "13:30", "13:45", "14:00", "14:15", "14:30", "14:45"]
    assert [letter.when for letter in told] == [f"Mon {when}" for when in [*quarters, "15:00", "16:00"]]
    for customer, _ in promised:
        assert sum(customer.name in letter.text for letter in told) >= 2


def tuesday(week: Week) -> Iterator[None]:
    """A mail to Rosa comes back; Ana phones, and takes down the right address."""
    rosa = week.customer("Rosa Costa", email="rosa@exmaple.org", phone="+351210000999")
    week.promises(at("Mon 16:00"), rosa, at("Wed 17:00"))
    week.says(at("Tue 10:00"), rosa, "The part has been ordered.", by_mail=True)
    week.plan(at("Tue 10:20"), lambda now: bounce(rosa, "update", now=now))
    week.says(at("Tue 11:45"), rosa, "The part has been ordered.", by_mail=False)
    week.plan(
        at("Tue 11:50"),
        lambda now: change_customer(actor=week.ana, customer=rosa, now=now, email="rosa@example.org"),
    )
    week.keeps(at("Wed 11:00"), rosa)
    yield

    assert [f"{letter.kind} {letter.when}" for letter in week.letters("rosa@exmaple.org")] == [
        "promised Mon 16:00",
        "update Tue 10:00",
    ]
    assert (
        "You will hear from us by Tuesday 17 November, 16:00 (Lisbon time)" in week.letters("rosa@exmaple.org")[0].text
    )
    assert week.timeline(rosa) == [
        "made Mon 16:00",
        "word_given Tue 10:00",
        "word_voided Tue 10:20",
        "escalation_opened Tue 10:20",
        "undeliverable_step Tue 10:20",
        "undeliverable_step Tue 11:20",
        "escalation_ended Tue 11:45",
        "word_given Tue 11:45",
        "address_changed Tue 11:50",
        "kept Wed 11:00",
    ]
    assert week.told(rosa, "undeliverable") == ["Ana Tue 10:20", "Sofia Tue 11:20"]
    asked = [letter.text for letter in week.letters(week.ana.email) if letter.kind == "undeliverable"]
    assert "Our mail does not reach Rosa Costa" in asked[0]
    assert "Please phone: +351210000999" in asked[0]
    # The mail that came back bound us to nothing; the conversation does, for a business day.
    word = CommitmentEvent.objects.filter(commitment=week.promise(rosa), kind="word_given").latest("occurred_at")
    assert brief(datetime.fromisoformat(word.facts["named_at"])) == "Wed 11:45"
    assert week.post_of(Customer.objects.get(pk=rosa.pk)) == [
        # Told again at the right address: not the update, which the conversation has overtaken.
        "promised Tue 11:50",
        "kept Wed 11:00",
        "aftercare Wed 12:00",
    ]


def wednesday(week: Week) -> Iterator[None]:
    """Two customers live in Sydney, eleven hours ahead: one is kept waiting, one is let down at night."""
    kylie = week.customer("Kylie Chen", time_zone="Australia/Sydney")
    owen = week.customer("Owen Park", time_zone="Australia/Sydney")
    week.promises(at("Wed 10:00"), kylie, at("Mon 12:00") + timedelta(days=7), kind=Kind.ANSWER, owner=week.tomas)
    week.promises(at("Wed 10:30"), owen, at("Wed 15:00"), kind=Kind.CALLBACK, owner=week.tomas)
    week.keeps(at("Wed 21:30"), owen, actor=week.sofia)
    yield

    # Four business hours are 01:00 in Sydney; the morning there is named, and the holding mail comes with it.
    receipt, holding = week.letters(kylie.email)
    assert (receipt.kind, receipt.when) == ("promised", "Wed 10:00")
    assert "You will hear from us by Thursday 19 November, 09:00 (Sydney time)" in receipt.text
    assert (holding.kind, holding.when) == ("holding", "Wed 21:50")
    assert "You will hear from us again by Saturday 21 November, 09:00 (Sydney time)" in holding.text
    assert week.timeline(kylie) == [
        "made Wed 10:00",
        "word_asked Wed 17:30",
        "holding_mail_planned Wed 21:50",
        "reminder_due Fri 17:00",
        "word_asked Fri 17:30",
    ]

    # A broken promise is told at once, whatever the hour; only the time that is named waits for the morning.
    assert week.post_of(owen) == ["promised Wed 10:30", "missed Wed 15:10", "kept Wed 21:30"]
    missed = week.letters(owen.email)[1].text
    assert "We promised you, by Thursday 19 November, 02:00 (Sydney time):" in missed
    assert "A person will be in touch by Thursday 19 November, 09:00 (Sydney time)." in missed
    assert week.told(owen, "overdue") == ["Tomás Wed 15:00", "Sofia Wed 16:00"]
    assert week.promise(owen).outcome == "kept_late"


def thursday(week: Week) -> Iterator[None]:
    """Nobody is there: the team's clocks stand still, a date that was promised does not."""
    bela, caio, duda = (week.customer(f"{name} Matos") for name in ("Bela", "Caio", "Duda"))
    week.promises(at("Wed 15:00"), bela, at("Mon 12:00") + timedelta(days=7), owner=week.tomas)
    week.promises(at("Wed 16:00"), caio, at("Fri 17:00"), kind=Kind.ANSWER, owner=week.tomas)
    week.promises(at("Wed 10:00"), duda, at("Thu 12:00"), owner=week.tomas)
    week.keeps(at("Fri 10:20"), duda, actor=week.tomas)
    week.keeps(at("Fri 10:25"), caio, actor=week.tomas)
    week.says(at("Fri 14:00"), bela, "It has been packed.", actor=week.tomas, by_mail=False)
    with pytest.raises(ClosedDay):
        end_of_day(MONDAY + timedelta(days=3), calendar=week.team.calendar.to_domain())
    yield

    # A business day, and four business hours, over the holiday.
    assert "You will hear from us by Friday 20 November, 15:00 (Lisbon time)" in week.letters(bela.email)[0].text
    assert "You will hear from us by Friday 20 November, 11:00 (Lisbon time)" in week.letters(caio.email)[0].text
    assert week.timeline(bela) == ["made Wed 15:00", "word_given Fri 14:00", "reminder_due Fri 17:00"]
    assert week.timeline(caio) == ["made Wed 16:00", "kept Fri 10:25"]
    # Reminded while somebody is there to read it, told of at noon all the same, and climbed on when the team is back.
    assert week.timeline(duda) == [
        "made Wed 10:00",
        "reminder_due Wed 14:00",
        "reminder_due Wed 17:00",
        "became_overdue Thu 12:00",
        "escalation_opened Thu 12:00",
        "overdue_step Thu 12:00",
        "missed_mail_planned Thu 12:10",
        "overdue_step Fri 10:00",
        "escalation_ended Fri 10:20",
        "kept Fri 10:20",
    ]
    assert week.told(duda, "overdue") == ["Tomás Thu 12:00", "Sofia Fri 10:00"]
    assert week.post_of(duda) == ["promised Wed 10:00", "missed Thu 12:10", "kept Fri 10:20", "aftercare Fri 11:20"]
    text = week.letters(duda.email)[1].text
    assert "A person will be in touch by Friday 20 November, 11:00 (Lisbon time)." in text
    on_the_day = CommitmentEvent.objects.filter(occurred_at__gte=at("Thu 00:00"), occurred_at__lt=at("Fri 00:00"))
    assert {event.commitment.customer.name for event in on_the_day} == {"Duda Matos"}


def friday(week: Week) -> Iterator[None]:
    """Ana is ill: Tomás stands in, for her Desk, her reminders, her step of the ladders and in the mails."""
    julia, ines = week.customer("Júlia Reis"), week.customer("Inês Lopes")
    week.promises(at("Wed 10:00"), julia, at("Mon 12:00") + timedelta(days=7))
    week.promises(at("Wed 14:00"), ines, at("Fri 15:00"))
    desks: dict[str, set[str]] = {}

    def ill(now: datetime) -> None:
        note_absence(actor=week.sofia, user=week.ana, from_at=now, until_at=at("Sat 00:00"), cover=week.tomas, now=now)

    def look(now: datetime) -> None:
        for person in (week.ana, week.tomas):
            promises = read_desk(actor=person, now=now).promises
            desks[person.first_name] = {promise.customer.name for promise in promises}

    week.plan(at("Fri 08:30"), ill)
    week.says(at("Fri 09:45"), julia, "Ana is ill, the part is still on its way.", actor=week.tomas, by_mail=True)
    week.plan(at("Fri 12:00"), look)
    yield

    assert {"Júlia Reis", "Inês Lopes"} <= desks["Tomás"]
    assert not [letter for letter in week.letters(week.ana.email) if letter.when.startswith("Fri")]

    # Júlia hears from him in time, under his name.
    assert week.post_of(julia) == ["promised Wed 10:00", "update Fri 09:45"]
    update = week.letters(julia.email)[1].text
    assert "Word from Tomás Pereira, Friday 20 November, 09:45 (Lisbon time)" in update
    assert "Tomás Pereira looks after this." in update
    assert "You will hear from us again by Monday 23 November, 09:45 (Lisbon time)" in update

    # Inês is forgotten all the same: it is he who is reminded, asked and told; she reads his name, and no explanation.
    assert week.timeline(ines) == [
        "made Wed 14:00",
        "reminder_due Fri 11:00",
        "word_asked Fri 13:30",
        "holding_mail_planned Fri 13:50",
        "reminder_due Fri 14:30",
        "became_overdue Fri 15:00",
        "escalation_opened Fri 15:00",
        "overdue_step Fri 15:00",
        "missed_mail_planned Fri 15:10",
        "overdue_step Fri 16:00",
        "word_asked Fri 16:45",
        "became_silent Fri 17:15",
        "escalation_opened Fri 17:15",
        "silent_step Fri 17:15",
    ]
    assert week.told(ines, "overdue") == ["Tomás Fri 15:00", "Sofia Fri 16:00"]
    assert week.told(ines, "silent") == ["Tomás Fri 17:15"]
    assert week.post_of(ines) == ["promised Wed 14:00", "holding Fri 13:50", "missed Fri 15:10"]
    receipt, holding, missed = (letter.text for letter in week.letters(ines.email))
    assert "Ana Ruiz looks after this." in receipt
    assert "Tomás Pereira looks after this." in holding
    assert "You will hear from us again by Friday 20 November, 15:00 (Lisbon time)" in holding
    assert "Tomás Pereira looks after this." in missed
    assert week.promise(ines).owner == week.ana
    about = [letter.when for letter in week.letters(week.tomas.email) if "Inês Lopes" in letter.text]
    assert about == ["Fri 11:00", "Fri 13:30", "Fri 14:30", "Fri 15:00", "Fri 16:45", "Fri 17:15"]


def test_a_week(smtp_server: MailServer) -> None:
    week = Week(smtp_server)
    # Each day says what people do in it; when the week is over, each says what came of it.
    days = [day(week) for day in (monday, tuesday, wednesday, thursday, friday)]
    for day in days:
        next(day)
    week.live("Fri 18:00")
    for day in days:
        next(day, None)
    ids = [received.message["Message-ID"] for received in smtp_server.messages]
    assert len(ids) == len(set(ids))
