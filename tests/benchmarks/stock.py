"""A stock of promises to measure with: many open, a thousand due at each of several instants."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model

from commitments.models import BusinessCalendar, Commitment, Customer, Kind, Membership, Policy, Team
from commitments.services.policies import add_starting_policies

START = datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
"""A Wednesday; everything is made then and happens later that day."""
TEAMS = 20
CUSTOMERS = 500
DUE = 1_000


_number = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Stock:
    """What the promises hang on."""

    teams: Sequence[Team]
    owners: Sequence[int]
    customers: Sequence[int]
    policies: dict[int, int]


def prepare() -> Stock:
    """Make teams, people and customers in an empty database."""
    users = get_user_model().objects.bulk_create(
        get_user_model()(username=f"agent{number}", email=f"agent{number}@kept.example") for number in range(TEAMS * 5)
    )
    teams = []
    for number in range(TEAMS):
        calendar = BusinessCalendar.objects.create(
            name=f"Calendar {number}", zone="Europe/Lisbon", week=[[["07:00", "22:00"]]] * 7
        )
        team = Team.objects.create(name=f"Team {number}", calendar=calendar)
        members = users[number * 5 : number * 5 + 5]
        Membership.objects.bulk_create(
            Membership(user=user, team=team, role="agent" if place else "supervisor")
            for place, user in enumerate(members)
        )
        add_starting_policies(team=team, now=START)
        teams.append(team)
    customers = Customer.objects.bulk_create(
        Customer(
            name=f"Customer {number}",
            email=f"customer{number}@example.org",
            time_zone="Europe/Lisbon",
            created_at=START,
        )
        for number in range(CUSTOMERS)
    )
    policies = Policy.objects.filter(kind=Kind.FIX).values_list("team_id", "id")
    return Stock(
        teams=teams,
        owners=[user.pk for user in users],
        customers=[customer.pk for customer in customers],
        policies=dict(policies),
    )


def fill(stock: Stock, *, idle: int, rounds: Iterable[datetime]) -> None:
    """Store `idle` open promises that nothing is due for, and a thousand due at each instant of `rounds`.

    Of a thousand, four hundred become overdue, three hundred get a holding mail, three hundred a reminder.
    """
    far = START + timedelta(days=300)
    rows = [_row(stock, number, due_at=far, next_word_due_at=far, next_check_at=far) for number in range(idle)]
    for at in rounds:
        for number in range(DUE):
            if number % 10 < 4:
                due_at, word_due_at = at, None
            elif number % 10 < 7:
                due_at, word_due_at = at + timedelta(days=20), at + timedelta(minutes=10)
            else:
                due_at, word_due_at = at + timedelta(minutes=30), None
            rows.append(_row(stock, number, due_at=due_at, next_word_due_at=word_due_at, next_check_at=at))
    Commitment.objects.bulk_create(rows, batch_size=5_000)


def _row(
    stock: Stock, number: int, *, due_at: datetime, next_word_due_at: datetime | None, next_check_at: datetime
) -> Commitment:
    team = stock.teams[number % len(stock.teams)]
    return Commitment(
        reference=f"{next(_number):08X}",
        customer_id=stock.customers[number % len(stock.customers)],
        kind=Kind.FIX,
        promise="send you a replacement router",
        channel=Commitment.Channel.PHONE,
        owner_id=stock.owners[(number % len(stock.teams)) * 5 + 1],
        team=team,
        policy_id=stock.policies[team.pk],
        made_by_id=stock.owners[0],
        made_at=START,
        recorded_at=START,
        due_at=due_at,
        due_set_at=START,
        started_at=START,
        last_word_at=START,
        last_person_word_at=START,
        next_word_due_at=next_word_due_at,
        checked_until=next_check_at - timedelta(seconds=1),
        next_check_at=next_check_at,
    )
