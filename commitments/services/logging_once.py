"""Logging a promise once, however often it is asked for: the key was pressed twice, or the answer was lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from commitments.models import Commitment, Customer
from commitments.selectors.quick_log import just_logged
from commitments.services.correcting import MAKERS_TIME

User = get_user_model()


@dataclass(frozen=True, slots=True)
class Logged:
    """The promise; `is_again`: it had been logged already."""

    commitment: Commitment
    is_again: bool


def log_once(
    *,
    actor: Any,
    customer: Customer,
    kind: str,
    promise: str,
    due_at: datetime,
    make: Callable[[], Commitment],
    now: datetime,
) -> Logged:
    """Record a promise by `make`, unless `actor` has just logged the same one; `customer` need not be stored yet.

    “Just” is as long as its maker can take it back without asking: in that time nobody promises the same twice.
    Raises Refused as `make` does; nothing is stored then.
    """
    with transaction.atomic():
        # Two presses at one instant: the second waits here, and finds what the first has logged. Whoever refers to the
        # person meanwhile does not wait.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        same = just_logged(
            actor=actor, customer=customer, kind=kind, promise=promise, due_at=due_at, now=now, within=MAKERS_TIME
        )
        if same is not None:
            return Logged(commitment=same, is_again=True)
        return Logged(commitment=make(), is_again=False)
