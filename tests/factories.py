"""Rows for tests: plain functions with boring defaults. What a test is about, it names."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target, Trigger
from commitments.models import (
    BusinessCalendar,
    Commitment,
    Customer,
    EscalationStep,
    Kind,
    Membership,
    Organisation,
    Policy,
    Team,
)
from commitments.services.policies import add_starting_policies
from commitments.services.promising import make_promise
from commitments.services.word import give_word

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
"""A Wednesday in office hours, in Lisbon and in London."""
OFFICE_HOURS = [[["09:00", "18:00"]] for _ in range(5)] + [[], []]
ALWAYS = [[["00:00", "24:00"]]] * 7

_number = itertools.count(1)


def user(*, first_name: str = "Ana", last_name: str = "Ruiz", **fields: Any) -> Any:
    """Make an active user with an address, without a password."""
    username = fields.pop("username", f"user{next(_number)}")
    fields.setdefault("email", f"{username}@kept.example")
    return get_user_model().objects.create(username=username, first_name=first_name, last_name=last_name, **fields)


def team(
    *, zone: str = "Europe/Lisbon", week: Sequence[Any] = OFFICE_HOURS, policies: bool = True, **fields: Any
) -> Team:
    """Make a team with a calendar of its own and the starting policies."""
    name = fields.pop("name", f"Team {next(_number)}")
    calendar = BusinessCalendar.objects.create(name=f"Calendar of {name}", zone=zone, week=list(week))
    fields.setdefault("phone", "+351 21 000 0101")
    fields.setdefault("hours", "Monday to Friday, 9:00 to 18:00")
    made = Team.objects.create(name=name, calendar=calendar, **fields)
    if policies:
        add_starting_policies(team=made, now=NOW)
    return made


def agent(*, team: Team, **fields: Any) -> Any:
    """Make a user who is an agent of the team."""
    made = user(**fields)
    Membership.objects.create(user=made, team=team, role=Membership.Role.AGENT)
    return made


def supervisor(*, team: Team, **fields: Any) -> Any:
    """Make a user who supervises the team."""
    made = user(**({"first_name": "Sofia", "last_name": "Lindqvist"} | fields))
    Membership.objects.create(user=made, team=team, role=Membership.Role.SUPERVISOR)
    return made


def customer(*, name: str = "Maria Lopez", **fields: Any) -> Customer:
    """Make a customer in Lisbon who can be mailed."""
    fields.setdefault("email", f"customer{next(_number)}@example.org")
    fields.setdefault("time_zone", "Europe/Lisbon")
    fields.setdefault("created_at", NOW)
    return Customer.objects.create(name=name, **fields)


def organisation(*, name: str = "Lopez e Filhos") -> Organisation:
    """Make an organisation."""
    return Organisation.objects.create(name=name)


def promise(*, now: datetime = NOW, **fields: Any) -> Commitment:
    """Make a promise through the service: a fix, on the phone, due in two days unless said otherwise."""
    owner = fields.pop("owner", None)
    its_team = fields.pop("team", None)
    if its_team is None:
        its_team = owner.teams.first() if owner is not None else team()
    if owner is None:
        owner = agent(team=its_team)
    values: dict[str, Any] = {
        "actor": owner,
        "customer": fields.pop("customer", None) or customer(),
        "kind": Kind.FIX,
        "promise": "send you a replacement router",
        "due_at": datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
        "channel": Commitment.Channel.PHONE,
        "team": its_team,
        "owner": owner,
        "now": now,
    }
    return make_promise(**values | fields)


def told(promise: Commitment, *, now: datetime) -> Commitment:
    """Have the owner tell the customer some news in a conversation."""
    return give_word(
        actor=promise.owner,
        reference=promise.reference,
        now=now,
        meaning=WordMeaning.NEWS,
        message="There is news.",
        by_mail=False,
    )


def policy(*, team: Team, kind: str = Kind.FIX, ladder: Sequence[tuple[str, Target]] = (), **fields: Any) -> Policy:
    """Add the next version of a team's policy, with the same ladder for every trigger where one is given."""
    current = Policy.objects.current().get(team=team, kind=kind)
    steps = list(current.steps.all())
    current.pk, current.version = None, current.version + 1
    for name, value in fields.items():
        setattr(current, name, Duration.parse(value) if _is_duration(current, name) and value else value)
    current.save(force_insert=True)
    if ladder:
        steps = [
            EscalationStep(trigger=trigger.value, position=place, after=Duration.parse(after), target=target.value)
            for trigger in Trigger
            for place, (after, target) in enumerate(ladder)
        ]
    for step in steps:
        step.pk, step.policy = None, current
        step.save(force_insert=True)
    return current


def _is_duration(row: Policy, name: str) -> bool:
    return type(row._meta.get_field(name)).__name__ == "DurationField"
