"""After a failure, a mail or a mail server …"""

from datetime import timedelta

import pytest

from notifications.domain.backoff import AFTER_FAILURES, wait_after, wait_for_setup


def test_waits_longer_each_time() -> None:
    waits = [wait_after(failures) for failures in range(1, len(AFTER_FAILURES) + 1)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)


def test_has_had_its_chances_after_about_a_day() -> None:
    assert timedelta(hours=18) < sum(AFTER_FAILURES, timedelta()) < timedelta(hours=24)
    assert wait_after(len(AFTER_FAILURES) + 1) is None


def test_waits_at_most_a_minute_for_a_broken_set_up() -> None:
    assert wait_for_setup(1) == timedelta(seconds=5)
    assert wait_for_setup(2) == timedelta(seconds=10)
    assert wait_for_setup(5) == wait_for_setup(10_000) == timedelta(minutes=1)


@pytest.mark.parametrize("wait", [wait_after, wait_for_setup])
def test_waits_for_nothing_before_the_first_failure(wait: object) -> None:
    with pytest.raises(ValueError, match="Nothing"):
        wait(0)  # type: ignore[operator]
