"""Policies: those that a team starts with, what is wrong with one, and open promises moved to the newest version.

A version that stands is never changed; promises keep theirs until a supervisor moves them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from commitments.domain.business_time import BusinessTimeError, Duration
from commitments.domain.escalation import Step, Target, Trigger
from commitments.domain.policy_checks import Fault, calendar_faults, ladder_faults
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, EscalationStep, Kind, Membership, Policy, Team
from commitments.models.people import LEADERS
from commitments.selectors.policies import of_older_versions
from commitments.services.refusals import Refused
from commitments.services.retiming import POLICY, Retimed, Underneath, in_batches

User = get_user_model()


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
LADDERS = {
    **dict.fromkeys(Trigger, LADDER),
    # The owner asked for help and nobody took it: whoever leads must know at once.
    Trigger.HANDOFF_LAPSED: (StartingRung("0min", Target.SUPERVISORS, repeat_every="4bh"),),
}


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
            reply_time=Duration.parse("4bh"),
            untold_after=Duration.parse("1bh"),
            acceptance_time=Duration.parse("2bh"),
            acknowledged_for=Duration.parse("2bh"),
        )
        for kind, cadence in CADENCE.items()
        if kind not in there
    ]
    Policy.objects.bulk_create(policies)
    EscalationStep.objects.bulk_create(step for policy in policies for step in starting_steps(policy=policy))
    return policies


def starting_steps(*, policy: Policy | None = None) -> list[EscalationStep]:
    """Make the rungs that a policy starts with, not stored yet."""
    return [
        EscalationStep(
            policy=policy,
            trigger=trigger.value,
            position=position,
            after=Duration.parse(rung.after),
            target=rung.target.value,
            repeat_every=Duration.parse(rung.repeat_every) if rung.repeat_every else None,
        )
        for trigger, ladder in LADDERS.items()
        for position, rung in enumerate(ladder)
    ]


# -- What is wrong with one ----------------------------------------------------------------------------------------


def steps_faults(*, team: Team, steps: Iterable[tuple[str, Step]], now: datetime) -> list[Fault]:
    """Say what is wrong with a policy's ladders before they are stored, and with the calendar that they run by.

    `steps`: triggers with their rungs, in order. The numbers are looked at by `Policy.clean`.
    """
    ladders: dict[Trigger, list[Step]] = defaultdict(list)
    for trigger, step in steps:
        ladders[Trigger(trigger)].append(step)
    try:
        calendar = team.calendar.to_domain()
    except (BusinessTimeError, ValidationError):
        return [Fault("team", gettext("The calendar of %(team)s cannot be read; put it right first.") % {"team": team})]
    if calendar_faults(calendar, now=now):
        return [
            Fault(
                "team", gettext("The calendar of %(team)s is never open; open at least one day first.") % {"team": team}
            )
        ]
    reaches = _reaches_supervisor(team, [step for ladder in ladders.values() for step in ladder])
    return ladder_faults(ladders, reaches_supervisor=reaches, calendar=calendar, now=now)


def _reaches_supervisor(team: Team, steps: Sequence[Step]) -> Callable[[Step], bool]:
    """Tell of a rung whether it tells somebody who can lead: a supervisor of this team, or of the team it names.

    The supervisors of the team always count, even while there are none; a named person counts who supervises this
    team or leads; a named team counts that has a supervisor.
    """
    supervisors = Membership.objects.filter(role=Membership.Role.SUPERVISOR, user__is_active=True)
    people = set(supervisors.filter(team=team).values_list("user", flat=True))
    named = [step.target_id for step in steps if step.target is Target.PERSON and step.target_id is not None]
    users = User.objects.filter(pk__in=named, is_active=True)
    people |= set(users.filter(groups__name=LEADERS).values_list("pk", flat=True))
    people |= set(users.filter(is_superuser=True).values_list("pk", flat=True))
    teams = set(supervisors.values_list("team", flat=True))

    def reaches(step: Step) -> bool:
        match step.target:
            case Target.SUPERVISORS:
                return True
            case Target.PERSON:
                return step.target_id in people
            case Target.TEAM:
                return step.target_id in teams
            case Target.OWNER:
                return False

    return reaches


# -- Open promises of older versions -------------------------------------------------------------------------------


def move_to_current(*, actor: Any, commitments: Collection[int], now: datetime) -> Retimed:
    """Move chosen promises (ids) to the newest version of their policy, and time them anew by it.

    A time that was named stays, or comes forward. Those that have ended or run by the newest version already stay as
    they are. Raises Refused unless `actor` supervises the teams of all of them.
    """
    chosen = set(commitments)
    if not chosen:
        raise Refused(gettext("Choose at least one promise."))
    strangers = len(chosen) - Commitment.objects.supervised_by(actor).filter(pk__in=chosen).count()
    if strangers:
        raise Refused(
            gettext("Only a supervisor of its team can move a promise to another version; look at the list again.")
        )
    return in_batches(
        commitments=of_older_versions(actor=actor).filter(pk__in=chosen),
        under=Underneath(
            because=POLICY,
            make=lambda rows: _take_newest(rows, now=now),
            columns=frozenset({"policy_id", "version"}),
            actor=actor,
        ),
        now=now,
    )


def _take_newest(rows: Sequence[Commitment], *, now: datetime) -> dict[int, Event]:
    held = {policy.pk: policy for policy in Policy.objects.filter(pk__in={row.policy_id for row in rows})}
    teams = {policy.team_id for policy in held.values()}
    newest = {(policy.team_id, policy.kind): policy for policy in Policy.objects.current().filter(team__in=teams)}
    said = {}
    for row in rows:
        was = held[row.policy_id]
        row.policy = newest[was.team_id, was.kind]
        row.version += 1
        facts = {
            "policy": row.policy_id,
            "was_policy": was.pk,
            "version": row.policy.version,
            "was_version": was.version,
        }
        said[row.pk] = Event(EventKind.POLICY_MOVED, now, facts)
    return said
