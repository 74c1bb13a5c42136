"""The Board: what whole teams have to do something about, worst first, and how many there are of each sort.

That is every open promise, and an ended one while its customer waits for an answer.

Reads only, and a constant number of queries however many promises there are.
"""

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.models import Commitment, CommitmentEvent, Escalation, Membership, Team, leads
from commitments.selectors.strain import NOT_STRAINED, Strained, strain_of, strained_first

User = get_user_model()

DUE_SOON = timedelta(hours=4)
"""How near a due time or a word must be to count as due next."""
PAGE_SIZE = 50


class State(enum.StrEnum):
    """What the Board can be narrowed to."""

    OVERDUE = "overdue"
    """Its date has passed."""
    SILENT = "silent"
    """Only a person's word can end it."""
    WAITING = "waiting"
    """The customer waits for an answer, or disputes what was kept; the promise may have ended."""
    UNTOLD = "untold"
    """Bad news was noted of which the customer has not been told."""
    UNDELIVERABLE = "undeliverable"
    """Our mail does not reach the customer."""
    DUE_SOON = "due_soon"
    """Nothing is wrong yet; the date or a word is due within four hours."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a supervisor has narrowed the Board to; empty values narrow nothing."""

    team: int | None = None
    owner: int | None = None
    kind: str = ""
    state: State | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How far one open escalation has come. `told`: whom its last step told."""

    trigger: Trigger
    opened_at: datetime
    steps_taken: int
    next_step_at: datetime | None
    told: tuple[Any, ...]
    acknowledged_until: datetime | None = None
    acknowledged_by: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One promise on the Board, its ladders with it, the oldest first."""

    commitment: Commitment
    ladders: tuple[Ladder, ...]
    strain: Strained = NOT_STRAINED
    """How its customer has been treated lately."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many promises are listed, and how many are in each state; one promise can be in several."""

    listed: int
    overdue: int
    silent: int
    waiting: int
    untold: int
    undeliverable: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the Board."""

    counts: Counts
    rows: tuple[Row, ...]
    held_back: tuple[Team, ...]
    """Supervised teams from which customers get no mail, or none by itself."""
    page: "Page[Commitment]"


def supervises_any(actor: Any) -> bool:
    """Tell whether `actor` has a Board at all: a supervisor of some team, or a leader."""
    if not actor.is_active:
        return False
    return Membership.objects.filter(user=actor, role=Membership.Role.SUPERVISOR).exists() or leads(actor)


def supervised_teams(*, actor: Any) -> QuerySet[Team]:
    """Give the teams whose promises `actor` sees on the Board."""
    if leads(actor):
        return Team.objects.all()
    return Team.objects.filter(memberships__user=actor, memberships__role=Membership.Role.SUPERVISOR)


def owners_in(teams: Iterable[Team]) -> "QuerySet[Any]":
    """Give the people who can own promises of these teams, by name."""
    return (
        User.objects.filter(memberships__team__in=list(teams), is_active=True)
        .distinct()
        .order_by("first_name", "last_name", "username")
    )


def worst_first(promises: "QuerySet[Commitment]", *, now: datetime) -> "QuerySet[Commitment]":
    """Order promises: the worst first, among equals the one that has waited longest.

    Adds `is_undeliverable`, `band` (3 overdue and silent, 2 either, or somebody waits for a word that they are owed, 1
    undeliverable, 0 nothing wrong) and `worst_at`, the first of its clocks.
    """
    conditions = _conditions(now=now)
    overdue, silent = conditions[State.OVERDUE], conditions[State.SILENT]
    waiting, untold = conditions[State.WAITING], conditions[State.UNTOLD]
    return promises.annotate(
        is_undeliverable=_undeliverable(),
        band=Case(
            When(overdue & silent, then=Value(3)),
            When(overdue | silent | waiting | untold, then=Value(2)),
            When(is_undeliverable=True, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
        worst_at=Least(
            F("due_at"),
            Coalesce("silent_since", "due_at"),
            Coalesce("next_word_due_at", "due_at"),
            Coalesce("customer_waiting_since", "due_at"),
            Coalesce("untold_since", "due_at"),
            output_field=DateTimeField(),
        ),
    ).order_by("-band", "worst_at", "id")


def with_open_ladders(promises: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """Read the open escalations of every promise as well, as `open_ladders`."""
    ladders = Escalation.objects.filter(ended_at__isnull=True).select_related("acknowledged_by")
    ladders = ladders.order_by("opened_at", "id")
    return promises.prefetch_related(Prefetch("escalations", queryset=ladders, to_attr="open_ladders"))


def read_board(*, actor: Any, filters: Filters, now: datetime, page: int | str | None = 1) -> Board:
    """Read one page of the Board as `actor` may see it; a page that is not there gives the nearest."""
    promises = _narrowed(Commitment.objects.for_somebody().supervised_by(actor), filters)
    counts = _count(promises, now=now)
    listed = strained_first(worst_first(_in_state(promises, filters.state, now=now), now=now), now=now)
    listed = with_open_ladders(listed.select_related("customer", "owner", "team__calendar"))
    paginator = Paginator(listed, PAGE_SIZE)
    # Counted already, by the one statement that counts everything.
    paginator.count = counts.listed if filters.state is None else getattr(counts, filters.state.value)
    found = paginator.get_page(page)
    commitments = list(found.object_list)
    told = _last_told(commitments)
    strains = strain_of(customers=(commitment.customer_id for commitment in commitments), now=now)
    rows = tuple(
        Row(
            commitment=commitment,
            ladders=tuple(
                Ladder(
                    trigger=Trigger(row.trigger),
                    opened_at=row.opened_at,
                    steps_taken=row.steps_taken,
                    next_step_at=row.next_step_at,
                    told=told.get((commitment.pk, row.trigger), ()),
                    acknowledged_until=row.acknowledged_until,
                    acknowledged_by=row.acknowledged_by,
                )
                for row in commitment.open_ladders  # type: ignore[attr-defined]  # read by with_open_ladders
            ),
            strain=strains.get(commitment.customer_id, NOT_STRAINED),
        )
        for commitment in commitments
    )
    held_back = supervised_teams(actor=actor).filter(Q(is_shadow=True) | Q(automatic_mail_stopped=True))
    return Board(counts=counts, rows=rows, page=found, held_back=tuple(held_back))


def _narrowed(promises: "QuerySet[Commitment]", filters: Filters) -> "QuerySet[Commitment]":
    if filters.team is not None:
        promises = promises.filter(team=filters.team)
    if filters.owner is not None:
        promises = promises.filter(owner=filters.owner)
    if filters.kind:
        promises = promises.filter(kind=filters.kind)
    words = filters.q.strip()
    if words:
        promises = promises.filter(
            Q(customer__name__icontains=words)
            | Q(customer__email__icontains=words)
            | Q(reference__iexact=words)
            | Q(case_ref__icontains=words)
        )
    return promises


def _in_state(promises: "QuerySet[Commitment]", state: State | None, *, now: datetime) -> "QuerySet[Commitment]":
    if state is None:
        return promises
    if state is State.UNDELIVERABLE:
        return promises.filter(_undeliverable())
    return promises.filter(_conditions(now=now)[state])


def _conditions(*, now: datetime) -> Mapping[State, Q]:
    soon = now + DUE_SOON
    is_open = Q(status=Status.OPEN)
    return {
        State.OVERDUE: is_open & Q(due_at__lt=now),
        State.SILENT: Q(silent_since__isnull=False),
        State.WAITING: Q(customer_waiting_since__isnull=False),
        State.UNTOLD: Q(untold_since__isnull=False),
        State.DUE_SOON: is_open
        & Q(due_at__gte=now, silent_since__isnull=True)
        & (Q(due_at__lte=soon) | Q(next_word_due_at__lte=soon)),
    }


def _undeliverable() -> Exists:
    ladders = Escalation.objects.filter(
        commitment=OuterRef("pk"), trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True
    )
    return Exists(ladders, output_field=BooleanField())


def _count(promises: "QuerySet[Commitment]", *, now: datetime) -> Counts:
    conditions = _conditions(now=now)
    return Counts(
        **promises.annotate(is_undeliverable=_undeliverable()).aggregate(
            listed=Count("pk"),
            overdue=Count("pk", filter=conditions[State.OVERDUE]),
            silent=Count("pk", filter=conditions[State.SILENT]),
            waiting=Count("pk", filter=conditions[State.WAITING]),
            untold=Count("pk", filter=conditions[State.UNTOLD]),
            undeliverable=Count("pk", filter=Q(is_undeliverable=True)),
            due_soon=Count("pk", filter=conditions[State.DUE_SOON]),
        )
    )


def _last_told(commitments: Sequence[Commitment]) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Find whom the last step of each open ladder told, by promise and trigger."""
    laddered = [commitment.pk for commitment in commitments if commitment.open_ladders]  # type: ignore[attr-defined]
    steps = CommitmentEvent.objects.filter(
        commitment__in=laddered, kind__in=[trigger.step_kind.value for trigger in Trigger]
    )
    later = CommitmentEvent.objects.filter(
        commitment=OuterRef("commitment"), kind=OuterRef("kind"), occurred_at__gt=OuterRef("occurred_at")
    )
    last = list(steps.filter(~Exists(later)).values_list("commitment_id", "kind", "facts"))
    ids = {user for _, _, facts in last for user in facts.get("recipients", ())}
    people = User.objects.in_bulk(ids)
    trigger_of = {trigger.step_kind.value: trigger.value for trigger in Trigger}
    told: dict[tuple[int, str], tuple[Any, ...]] = defaultdict(tuple)
    for commitment, kind, facts in last:
        told[commitment, trigger_of[kind]] = tuple(
            people[user] for user in facts.get("recipients", ()) if user in people
        )
    return told
