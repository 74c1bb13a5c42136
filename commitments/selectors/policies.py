"""Open promises that run by an older version of their policy, and what the newest one changes for them. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from commitments.models import Commitment, Policy

NOT_A_NUMBER = frozenset({"id", "team", "kind", "version", "created_at"})


@dataclass(frozen=True, slots=True)
class Older:
    """A version by which promises still run, the newest one, and how many they are."""

    policy: Policy
    newest: Policy
    promises: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of a policy in two versions, as people read it."""

    label: str
    was: str
    becomes: str


def of_older_versions(*, actor: Any) -> QuerySet[Commitment]:
    """Give the open promises of the teams that `actor` supervises whose policy has a newer version than theirs."""
    newer = Policy.objects.filter(
        team=OuterRef("policy__team"), kind=OuterRef("policy__kind"), version__gt=OuterRef("policy__version")
    )
    return Commitment.objects.supervised_by(actor).open().filter(Exists(newer))


def older_versions(*, actor: Any) -> list[Older]:
    """List the versions by which open promises run that have a newer one, by team, kind and version."""
    counts = dict(of_older_versions(actor=actor).order_by().values_list("policy").annotate(number=Count("pk")))
    policies = Policy.objects.filter(pk__in=counts).select_related("team").order_by("team__name", "kind", "version")
    found = list(policies)
    current = Policy.objects.current().filter(team__in={policy.team_id for policy in found})
    newest = {(policy.team_id, policy.kind): policy for policy in current}
    return [
        Older(policy=policy, newest=newest[policy.team_id, policy.kind], promises=counts[policy.pk]) for policy in found
    ]


def differences(*, policy: Policy, newest: Policy) -> list[Difference]:
    """Say what the newest version changes: numbers first, then the ladders. Prefetch `steps` of both."""
    return [*_numbers(policy, newest), *_ladders(policy, newest)]


def _numbers(policy: Policy, newest: Policy) -> Iterator[Difference]:
    for field in Policy._meta.concrete_fields:
        was, becomes = (getattr(version, field.attname) for version in (policy, newest))
        if field.name not in NOT_A_NUMBER and was != becomes:
            yield Difference(str(field.verbose_name).capitalize(), _said(was), _said(becomes))


def _ladders(policy: Policy, newest: Policy) -> Iterator[Difference]:
    before, after = _rungs(policy), _rungs(newest)
    for label in before | after:
        was, becomes = before.get(label, gettext("nobody")), after.get(label, gettext("nobody"))
        if was != becomes:
            yield Difference(gettext("Who is told: %(label)s") % {"label": label}, was, becomes)


def _rungs(policy: Policy) -> dict[str, str]:
    ladders: dict[str, list[str]] = {}
    for step in sorted(policy.steps.all(), key=lambda step: step.position):
        said = gettext("%(whom)s after %(after)s")
        if step.repeat_every:
            said = gettext("%(whom)s after %(after)s, again every %(every)s")
        whom = step.person or step.target_team or step.get_target_display().lower()
        values = {"whom": whom, "after": step.after, "every": step.repeat_every}
        ladders.setdefault(step.get_trigger_display(), []).append(said % values)
    return {label: "; ".join(rungs) for label, rungs in ladders.items()}


def _said(value: Any) -> str:
    if value is None or value == ():
        return gettext("none")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
