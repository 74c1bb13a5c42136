"""A team's week on a simulated clock: who does what, when; and what came of it, mails and timelines, as short lines."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail import get_connection

from commitments.domain.clocks import WordMeaning
from commitments.models import ClosedDay, Commitment, CommitmentEvent, Customer
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.simulation import Act, live_through
from notifications.services.tracking import record_delivery
from tests import factories
from tests.plugin.mail import MailServer

LISBON = ZoneInfo("Europe/Lisbon")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = date(2026, 11, 16)


def at(text: str, *, minutes: int = 0) -> datetime:
    """Give the instant of `Mon 14:00` in Lisbon, some minutes later."""
    day, clock = text.split()
    wall = datetime.combine(MONDAY + timedelta(days=DAYS.index(day)), time.fromisoformat(clock), tzinfo=LISBON)
    return wall + timedelta(minutes=minutes)


def brief(instant: datetime) -> str:
    """Write an instant as the tests do: `Mon 14:00`."""
    return f"{instant.astimezone(LISBON):%a %H:%M}"


def brief_after(instant: datetime, minutes: int) -> str:
    """Write an instant some minutes away."""
    return brief(instant + timedelta(minutes=minutes))


def clock(instant: datetime) -> str:
    """Write the time of day in Lisbon."""
    return f"{instant.astimezone(LISBON):%H:%M}"


@dataclass(frozen=True)
class Letter:
    """A mail as it came over the wire."""

    kind: str
    when: str
    text: str


class Week:
    """The team, its customers, and the post."""

    def __init__(self, post: MailServer) -> None:
        self.post = post
        self.team = factories.team(name="Home services")
        self.ana = factories.agent(team=self.team, first_name="Ana", last_name="Ruiz")
        self.tomas = factories.agent(team=self.team, first_name="Tomás", last_name="Pereira")
        self.sofia = factories.supervisor(team=self.team)
        ClosedDay.objects.create(calendar=self.team.calendar, on=MONDAY + timedelta(days=3), name="Restoration Day")
        self.acts: list[Act] = []
        self.references: dict[str, str] = {}

    # -- Who does what, and when

    def customer(self, name: str, **fields: Any) -> Customer:
        """Take somebody down."""
        address = f"{name.split()[0].lower()}@example.org"
        return factories.customer(name=name, **({"email": address} | fields))

    def plan(self, when: datetime, do: Callable[[datetime], Any]) -> None:
        """Have somebody do something at an instant."""
        self.acts.append(Act(when, do))

    def promises(self, when: datetime, customer: Customer, due: datetime, *, owner: Any = None, **fields: Any) -> None:
        """Have somebody (Ana) promise something on the phone."""

        def do(now: datetime) -> None:
            made = factories.promise(
                owner=owner or self.ana, team=self.team, customer=customer, now=now, due_at=due, **fields
            )
            self.references[customer.name] = made.reference

        self.plan(when, do)

    def says(self, when: datetime, customer: Customer, message: str, *, actor: Any = None, by_mail: bool) -> None:
        """Have somebody (Ana) give word, by mail or on the phone."""
        self.plan(
            when,
            lambda now: give_word(
                actor=actor or self.ana,
                reference=self.references[customer.name],
                now=now,
                meaning=WordMeaning.NEWS,
                message=message,
                by_mail=by_mail,
            ),
        )

    def moves(self, when: datetime, customer: Customer, due: datetime) -> None:
        """Have Ana move a date by mail, with something that the customer can choose."""
        self.plan(
            when,
            lambda now: renegotiate(
                actor=self.ana,
                reference=self.references[customer.name],
                now=now,
                due_at=due,
                what_happened="The van broke down.",
                what_next="Another one is on its way.",
                choices="Tell us if the morning does not suit you, or collect it from our shop.",
                by_mail=True,
            ),
        )

    def keeps(self, when: datetime, customer: Customer, *, actor: Any = None) -> None:
        """Have somebody (Ana) keep it."""
        self.plan(when, lambda now: keep(actor=actor or self.ana, reference=self.references[customer.name], now=now))

    def live(self, until: str) -> None:
        """Let all that was planned happen, up to an instant."""
        connection = get_connection()
        with connection:
            live_through(self.acts, until=at(until), connect=lambda _: connection)

    # -- What came of it

    def promise(self, customer: Customer) -> Commitment:
        """Give a customer's promise as it stands."""
        return Commitment.objects.get(reference=self.references[customer.name])

    def letters(self, address: str) -> list[Letter]:
        """Give every mail to an address, as it came, in its order."""
        sent = {mail.message_id: mail for mail in Notification.objects.filter(address=address)}
        found = []
        for received in self.post.to(address):
            mail = sent[received.message["Message-ID"]]
            assert mail.sent_at is not None
            body = received.message.get_body(("plain",))
            assert body is not None
            found.append(Letter(mail.kind, brief(mail.sent_at), body.get_content()))
        return found

    def post_of(self, customer: Customer) -> list[str]:
        """Give what a customer was mailed: `missed Mon 14:14`."""
        return [f"{letter.kind} {letter.when}" for letter in self.letters(customer.email)]

    def timeline(self, customer: Customer) -> list[str]:
        """Give the timeline of a customer's promise but for what became of each mail: `became_overdue Mon 14:04`."""
        events = CommitmentEvent.objects.filter(commitment=self.promise(customer))
        rows = events.exclude(kind__startswith="mail_").order_by("occurred_at", "id")
        return [f"{kind} {brief(when)}" for kind, when in rows.values_list("kind", "occurred_at")]

    def told(self, customer: Customer, trigger: str) -> list[str]:
        """Give whom the steps of a ladder told: `Sofia Mon 15:04`."""
        names = {person.pk: person.first_name for person in (self.ana, self.tomas, self.sofia)}
        rows = CommitmentEvent.objects.filter(commitment=self.promise(customer), kind=f"{trigger}_step")
        return [
            f"{names[who]} {brief(when)}"
            for facts, when in rows.order_by("occurred_at").values_list("facts", "occurred_at")
            for who in facts["recipients"]
        ]


def in_quarters(instant: datetime) -> datetime:
    """Round up to a quarter of an hour, as the times that mails name are."""
    minutes = math.ceil((instant.hour * 60 + instant.minute) / 15) * 15
    return instant.replace(hour=0, minute=0) + timedelta(minutes=minutes)


def bounce(customer: Customer, kind: str, *, now: datetime) -> None:
    """Have a provider report that a mail came back."""
    mail = Notification.objects.get(commitment__customer=customer, kind=kind)
    record_delivery(
        message_id=mail.message_id, result=Delivery.BOUNCED, suppressed=Suppressed.BOUNCED, occurred_at=now, now=now
    )
