"""Lifelike demonstration data: a few days of three teams' work, lived through on a simulated clock.

Everything comes about as in real work, through the services, sweeps and mails, so that timelines, escalations and
the mailbox are what an installation in use would show. The mails stay in the database.
"""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from commitments.domain.business_time import Calendar, add_open_time, next_open, open_time_between
from commitments.domain.clocks import WordMeaning
from commitments.models import LEADERS, BusinessCalendar, Commitment, Customer, Kind, Membership, Team
from commitments.services.policies import add_starting_policies
from commitments.services.promising import keep, make_promise
from commitments.services.refusals import Refused
from commitments.services.word import give_word
from notifications.mailbox import DatabaseMailbox
from notifications.services.demo_cast import (
    AT_RISK,
    CUSTOMERS,
    HOW_KEPT,
    LEADER,
    NEWS,
    PROMISES,
    TEAMS,
    DemoTeam,
)
from notifications.services.demo_mail import bring_mail
from notifications.services.demo_stories import Cast, stories
from notifications.services.simulation import Act, live_through

User = get_user_model()

PROMISES_MADE = 200
DAYS = timedelta(days=4)
QUARTER = timedelta(minutes=15)
SEED = 1871
"""So that every demonstration tells the same story, whatever the day."""

OPEN_FOR: dict[str, tuple[int, int]] = {
    Kind.CALLBACK: (1, 10),
    Kind.FIX: (8, 40),
    Kind.STATUS_UPDATE: (4, 24),
    Kind.ANSWER: (3, 18),
    Kind.OTHER: (8, 32),
}
"""Between how many business hours a promise of each kind is given."""
NEWS_EVERY = 3 * 60
"""After how many open minutes an owner looks after a promise again."""


class NotEmpty(Exception):
    """There is data already; a demonstration is never mixed with real records."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way into the demonstration."""

    username: str
    password: str
    who: str


@dataclass(frozen=True, slots=True)
class _Workplace:
    """A team with its people and its calendar."""

    team: Team
    calendar: Calendar
    people: tuple[Any, ...]


def make_demonstration(*, now: datetime) -> list[SignIn]:
    """Fill an empty installation, and give the sign-ins, with a password drawn for this installation.

    Raises NotEmpty when anything has been promised or any user is there.
    """
    if Commitment.objects.exists() or User.objects.exists():
        raise NotEmpty
    password = f"kept-{secrets.token_hex(4)}"
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    # A weekend lies between now and four working days ago.
    start = now - DAYS - timedelta(days=4)
    workplaces = _hire(password=password, now=start)
    customers = _customers(chance, now=start)
    drawn: list[list[Act]] = []
    while len(drawn) < PROMISES_MADE:
        story = _story(chance, workplace=chance.choice(workplaces), customer=chance.choice(customers), now=now)
        if story:
            drawn.append(story)
    care = workplaces[0]
    by_hand = stories(
        Cast(
            team=care.team,
            calendar=care.calendar,
            people=care.people,
            customers={customer.name: customer for customer in customers},
            now=now,
        )
    )
    live_through(chain(*drawn, by_hand), until=now, connect=lambda at: DatabaseMailbox(received_at=at))
    bring_mail(now=now)
    return [
        SignIn("ana", password, "agent, Customer care"),
        SignIn("sofia", password, "supervisor, Customer care"),
        SignIn("lena", password, "leader, all teams"),
    ]


def _hire(*, password: str, now: datetime) -> list[_Workplace]:
    # One hash for all: hashing is slow on purpose, and a dozen would hold up the first start.
    hashed = make_password(password)
    leaders, _ = Group.objects.get_or_create(name=LEADERS)
    leader = _user(LEADER, hashed)
    leader.is_staff = leader.is_superuser = True
    leader.save()
    leader.groups.add(leaders)
    return [_open_team(given, hashed=hashed, now=now) for given in TEAMS]


def _user(name: tuple[str, str, str], hashed: str) -> Any:
    username, first, last = name
    return User.objects.create(
        username=username,
        first_name=first,
        last_name=last,
        email=f"{username}@kept.example",
        password=hashed,
    )


def _open_team(given: DemoTeam, *, hashed: str, now: datetime) -> _Workplace:
    calendar = BusinessCalendar.objects.create(name=given.name, zone=given.zone, week=given.week)
    team = Team.objects.create(name=given.name, phone=given.phone, hours=given.hours, calendar=calendar)
    people = tuple(_user(name, hashed) for name in given.people)
    Membership.objects.bulk_create(
        Membership(
            user=user,
            team=team,
            role=Membership.Role.AGENT if place else Membership.Role.SUPERVISOR,
        )
        for place, user in enumerate(people)
    )
    add_starting_policies(team=team, now=now)
    return _Workplace(team=team, calendar=calendar.to_domain(), people=people)


def _customers(chance: random.Random, *, now: datetime) -> list[Customer]:
    customers = [
        Customer(
            name=name,
            email=f"customer{number}@example.org" if chance.random() < 0.95 else "",
            phone=f"+44770090{number:04d}",
            time_zone=zone,
            language=language,
            reached_best=reached,
            created_at=now,
        )
        for number, (name, zone, language, reached) in enumerate(CUSTOMERS, 1)
    ]
    return Customer.objects.bulk_create(customers)


def _story(chance: random.Random, *, workplace: _Workplace, customer: Customer, now: datetime) -> list[Act]:
    """Tell one promise: made in open hours, kept, late, forgotten, or still to come.

    Nothing where the hour drawn is still to come, as it is when `now` is on a weekend.
    """
    calendar = workplace.calendar
    kind = chance.choice(list(PROMISES))
    words, need = chance.choice(PROMISES[kind])
    owner = chance.choice(workplace.people[1:])
    made_at = _some_open_quarter(chance, calendar, now)
    low, high = OPEN_FOR[kind]
    due_at = add_open_time(made_at, timedelta(minutes=15 * chance.randint(low * 4, high * 4)), calendar=calendar)
    if due_at <= made_at + QUARTER:
        return []
    promise = _Promise(owner=owner, chance=chance)

    def make(at: datetime) -> None:
        promise.reference = make_promise(
            actor=owner,
            customer=customer,
            kind=kind,
            promise=words,
            need=need,
            due_at=due_at,
            channel=chance.choice([Commitment.Channel.PHONE] * 3 + [Commitment.Channel.CHAT, Commitment.Channel.EMAIL]),
            team=workplace.team,
            now=at,
        ).reference

    acts = [Act(made_at, make)]
    open_minutes = open_time_between(made_at, due_at, calendar=calendar) / timedelta(minutes=1)

    def later(share: float) -> datetime:
        quarters = int(open_minutes * share / 15)
        return add_open_time(made_at, QUARTER * quarters, calendar=calendar)

    is_warned, is_kept = chance.random() < 0.08, chance.random() < 0.88
    ends = chance.uniform(0.9 if is_warned else 0.65, 1.08) if is_kept else 1.0
    if is_warned:
        acts.append(Act(later(0.8), promise.warn))
    # Most owners give word in time; a silence here and there stays.
    for nth in range(1, int(open_minutes * ends / NEWS_EVERY) + 1):
        share = nth * NEWS_EVERY / open_minutes
        if share < ends - 0.05 and chance.random() < 0.95:
            acts.append(Act(later(share), promise.tell_news))
    if is_kept:
        acts.append(Act(later(ends), promise.keep))
    return [act for act in acts if act.at <= now] if made_at < now else []


@dataclass(slots=True)
class _Promise:
    """One promise of the story, acted on by its owner once it has been made."""

    owner: Any
    chance: random.Random
    reference: str = ""

    def tell_news(self, at: datetime) -> None:
        self._say(at, WordMeaning.NEWS, message=self.chance.choice(NEWS))

    def warn(self, at: datetime) -> None:
        what_happened, what_next, choices = self.chance.choice(AT_RISK)
        self._say(at, WordMeaning.AT_RISK, what_happened=what_happened, what_next=what_next, choices=choices)

    def keep(self, at: datetime) -> None:
        keep(actor=self.owner, reference=self.reference, now=at, how=self.chance.choice(HOW_KEPT))

    def _say(self, at: datetime, meaning: WordMeaning, **texts: str) -> None:
        said: dict[str, Any] = {
            "actor": self.owner,
            "reference": self.reference,
            "now": at,
            "meaning": meaning,
            **texts,
        }
        try:
            give_word(**said, by_mail=True)
        except Refused:
            # Customers without an address are called instead.
            give_word(**said, by_mail=False)


def _some_open_quarter(chance: random.Random, calendar: Calendar, now: datetime) -> datetime:
    """Draw a quarter of an hour within open hours, likelier the nearer it is."""
    back = DAYS * chance.random() ** 1.6
    at = next_open(now - back, calendar=calendar)
    return at - (at - at.replace(minute=0, second=0, microsecond=0)) % QUARTER
