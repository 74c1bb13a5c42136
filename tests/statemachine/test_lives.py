"""Whatever people, the mail and time do to a promise, what Kept says of it holds."""

import os

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.statemachine.machine import Lives
from tests.statemachine.world import build

pytestmark = [pytest.mark.django_db]

SHORT, LONG, SHARDS = 50, 10_000, 8


def live(*, sequences: int) -> None:
    """Live so many random lives."""
    Lives.world = build()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=25,
            phases=[Phase.generate] if os.environ.get("KEPT_NOSHRINK") else list(Phase),
        ),
    )


def test_a_few_random_lives_break_no_law() -> None:
    live(sequences=int(os.environ.get("KEPT_LIVES", SHORT)))


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_many_random_lives_break_no_law(shard: int) -> None:
    live(sequences=LONG // SHARDS)
