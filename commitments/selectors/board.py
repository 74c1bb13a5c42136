"""The Board: what whole teams have to do something about, worst first, and how many there are of each sort.

That is every open promise, and an ended one while its customer waits for an answer.

Reads only, and a constant number of queries however many promises there are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import (
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
from commitments.models import Commitment, CommitmentEvent, Escalation, Handoff, Membership, Team, leads
from commitments.selectors.acting_owners import acting_owners
from commitments.selectors.board_filters import Filters, State, conditions, narrowed, with_states
from commitments.selectors.calls import calls_to_make, ended_unreached
from commitments.selectors.strain import NOT_STRAINED, Strained, strain_of, strained_first

User = get_user_model()

PAGE_SIZE = 50


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
    offer: Handoff | None = None
    """Who is asked to take it over."""
    acting: Any = None
    """Who acts for its owner, where that is somebody else."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many promises are listed, and how many are in each state; one promise can be in several."""

    listed: int
    overdue: int
    silent: int
    waiting: int
    disputed: int
    untold: int
    undeliverable: int
    handoffs: int
    calls: int
    due_soon: int

    def of(self, state: State | None) -> int:
        """Give how many rows there are in a state; without one, all."""
        return self.listed if state is None else int(getattr(self, state.value))


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

    Adds what `with_states` adds, `band` (3 overdue and silent, 2 either, or somebody waits for a word that they are
    owed, 1 undeliverable, 0 nothing wrong) and `worst_at`, the first of its clocks.
    """
    is_in = conditions(now=now)
    overdue, silent = is_in[State.OVERDUE], is_in[State.SILENT]
    waiting, untold = is_in[State.WAITING], is_in[State.UNTOLD]
    return (
        with_states(promises)
        .annotate(
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
        )
        .order_by("-band", "worst_at", "id")
    )


def with_open_ladders(promises: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """Read the open escalations of every promise as well, as `open_ladders`."""
    ladders = Escalation.objects.filter(ended_at__isnull=True).select_related("acknowledged_by")
    ladders = ladders.order_by("opened_at", "id")
    return promises.prefetch_related(Prefetch("escalations", queryset=ladders, to_attr="open_ladders"))


def on_board(*, actor: Any) -> "QuerySet[Commitment]":
    """Give what stands on `actor`'s Board: what somebody has to do something about in the teams they supervise.

    What has ended is there while a customer waits, and while they could not be told of the end.
    """
    supervised = Commitment.objects.supervised_by(actor)
    ended = ended_unreached()
    wanted = Q(status=Status.OPEN) | Q(customer_waiting_since__isnull=False)
    return supervised.filter(wanted | Q(pk__in=ended) if ended else wanted)


def fitting(*, actor: Any, filters: Filters, now: datetime) -> "QuerySet[Commitment]":
    """Give all that the Board lists for these filters, the worst first."""
    promises = narrowed(on_board(actor=actor), filters)
    calls = _calls(promises, now=now) if filters.state is State.CALLS else ()
    return _listed(promises, filters.state, calls=calls, now=now)


def read_board(*, actor: Any, filters: Filters, now: datetime, page: int | str | None = 1) -> Board:
    """Read one page of the Board as `actor` may see it; a page that is not there gives the nearest."""
    promises = narrowed(on_board(actor=actor), filters)
    calls = _calls(promises, now=now)
    counts = _count(promises, calls=calls, now=now)
    paginator = Paginator(_listed(promises, filters.state, calls=calls, now=now), PAGE_SIZE)
    # Counted already, by the one statement that counts everything.
    paginator.count = counts.of(filters.state)
    found = paginator.get_page(page)
    held_back = supervised_teams(actor=actor).filter(Q(is_shadow=True) | Q(automatic_mail_stopped=True))
    rows = read_rows(list(found.object_list), now=now)
    return Board(counts=counts, rows=rows, page=found, held_back=tuple(held_back))


def read_rows(commitments: Sequence[Commitment], *, now: datetime) -> tuple[Row, ...]:
    """Read what rows show beside their promises, which are as `fitting` gives them."""
    told = _last_told(commitments)
    strains = strain_of(customers=(commitment.customer_id for commitment in commitments), now=now)
    acting = acting_owners(owners={commitment.owner_id for commitment in commitments}, now=now)
    return tuple(
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
            offer=next(iter(commitment.standing_offers), None),  # type: ignore[attr-defined]  # read by _listed
            acting=acting.get(commitment.owner_id),
        )
        for commitment in commitments
    )


def _listed(
    promises: "QuerySet[Commitment]", state: State | None, *, calls: Iterable[int], now: datetime
) -> "QuerySet[Commitment]":
    listed = strained_first(worst_first(promises, now=now), now=now)
    if state is not None:
        listed = listed.filter(conditions(calls=calls, now=now)[state])
    offers = Handoff.objects.filter(state__in=Handoff.STANDS).select_related("to_user", "to_team").order_by("id")
    # Read beside the page's rows rather than joined: all promises are put in order, and only fifty are shown.
    beside = ("customer", "owner", "team__calendar", Prefetch("handoffs", queryset=offers, to_attr="standing_offers"))
    return with_open_ladders(listed).prefetch_related(*beside)


def _calls(promises: "QuerySet[Commitment]", *, now: datetime) -> list[int]:
    return [call.commitment.pk for call in calls_to_make(promises=promises, now=now)]


def _count(promises: "QuerySet[Commitment]", *, calls: Sequence[int], now: datetime) -> Counts:
    is_in = conditions(now=now)
    stated = {name: is_in[State(name)] for name in Counts.__slots__ if name not in {"listed", "calls"}}
    counted = {name: Count("pk", filter=condition) for name, condition in stated.items()}
    return Counts(calls=len(calls), **with_states(promises).aggregate(listed=Count("pk"), **counted))


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
