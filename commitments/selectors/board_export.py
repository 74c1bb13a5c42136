"""The Board's promises one after the other, for files: few in memory at a time, however many there are. Reads only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper

from commitments.models import Commitment, Handoff
from commitments.selectors.acting_owners import acting_owners
from commitments.selectors.board import fitting
from commitments.selectors.board_filters import Filters, State, conditions
from commitments.selectors.strain import NOT_STRAINED, Strained, strain_of

CHUNK = 500
"""How many are read at a time; each time takes the same few queries."""
STATES = tuple(state for state in State if state is not State.CALLS)
"""Those that are told of a single promise. Who has to be called is worked out for the most urgent ones only."""


@dataclass(frozen=True, slots=True)
class Exported:
    """One promise with what a file tells beside its columns."""

    commitment: Commitment
    states: tuple[State, ...]
    triggers: tuple[str, ...]
    """Why it escalates."""
    offer: Handoff | None
    acting: Any
    strain: Strained


def exported(*, actor: Any, filters: Filters, chosen: Iterable[str] | None, now: datetime) -> Iterator[Exported]:
    """Give what the Board lists for these filters, worst first; only the `chosen` references where any are given."""
    promises = fitting(actor=actor, filters=filters, now=now).prefetch_related("made_by")
    if chosen is not None:
        promises = promises.filter(reference__in=set(chosen))
    is_in = conditions(now=now)
    named = {f"in_{state.value}": is_in[state] for state in STATES}
    promises = promises.annotate(
        **{name: ExpressionWrapper(condition, output_field=BooleanField()) for name, condition in named.items()}
    )
    rows = promises.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        strains = strain_of(customers=(row.customer_id for row in chunk), now=now)
        acting = acting_owners(owners={row.owner_id for row in chunk}, now=now)
        for row in chunk:
            yield Exported(
                commitment=row,
                states=tuple(state for state in STATES if getattr(row, f"in_{state.value}")),
                triggers=tuple(ladder.trigger for ladder in row.open_ladders),  # type: ignore[attr-defined]
                offer=next(iter(row.standing_offers), None),  # type: ignore[attr-defined]  # both read by fitting
                acting=acting.get(row.owner_id),
                strain=strains.get(row.customer_id, NOT_STRAINED),
            )
