"""The policies that a team starts with: sensible numbers for each kind of promise."""

from dataclasses import dataclass
from datetime import datetime

from commitments.domain.business_time import Duration
from commitments.domain.escalation import Target, Trigger
from commitments.models import EscalationStep, Kind, Policy, Team


@dataclass(frozen=True, slots=True)
class StartingRung:
    """A rung of the ladder that every trigger starts with."""

    after: str
    target: Target
    repeat_every: str | None = None


CADENCE = {
    Kind.CALLBACK: "4bh",
    Kind.FIX: "1bd",
    Kind.STATUS_UPDATE: "1bd",
    Kind.ANSWER: "4bh",
    Kind.OTHER: "1bd",
}
"""By when, after any word, the customer hears again."""

LADDER = (
    StartingRung("0min", Target.OWNER),
    StartingRung("1bh", Target.SUPERVISORS, repeat_every="4bh"),
)
"""The owner at once; the supervisors after an hour, and again every four until the cause ends."""


def add_starting_policies(*, team: Team, now: datetime) -> list[Policy]:
    """Give a team the first version of a policy for each kind that it has none for."""
    there = set(Policy.objects.filter(team=team).values_list("kind", flat=True))
    policies = [
        Policy(
            team=team,
            kind=kind,
            created_at=now,
            cadence=Duration.parse(cadence),
            reminders=(Duration.parse("4bh"), Duration.parse("30min")),
            ask_lead=Duration.parse("30bmin"),
            holding_lead=Duration.parse("10min"),
            facts_max_age=Duration.parse("3bd"),
            missed_grace=Duration.parse("10min"),
            recovery=Duration.parse("2bh"),
        )
        for kind, cadence in CADENCE.items()
        if kind not in there
    ]
    Policy.objects.bulk_create(policies)
    EscalationStep.objects.bulk_create(
        EscalationStep(
            policy=policy,
            trigger=trigger.value,
            position=position,
            after=Duration.parse(rung.after),
            target=rung.target.value,
            repeat_every=Duration.parse(rung.repeat_every) if rung.repeat_every else None,
        )
        for policy in policies
        for trigger in Trigger
        for position, rung in enumerate(LADDER)
    )
    return policies
