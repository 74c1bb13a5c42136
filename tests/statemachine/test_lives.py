"""Whatever people, the mail and time do to a promise, what Kept says of it holds."""

import os

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.statemachine.machine import Lives
from tests.statemachine.world import build

pytestmark = [pytest.mark.django_db]

SHORT, LONG, SHARDS = 50, 10_000, 20
STEPS = 25
# A life takes half a second, and shrinking a broken one several minutes: it is done when asked for.
PHASES = tuple(Phase) if os.environ.get("KEPT_TEST_SHRINK") else (Phase.explicit, Phase.generate)


def live(*, lives: int) -> None:
    """Live so many random lives."""
    Lives.world = build()
    chosen = settings(
        max_examples=int(os.environ.get("KEPT_TEST_LIVES", lives)),
        stateful_step_count=STEPS,
        phases=PHASES,
        report_multiple_bugs=False,
        database=None,
    )
    run_state_machine_as_test(Lives, settings=chosen)


def test_a_few_random_lives_break_no_law() -> None:
    live(lives=SHORT)


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_many_random_lives_break_no_law(shard: int) -> None:
    live(lives=LONG // SHARDS)
