"""What waits for a colleague …"""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.gathering import go_now

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("gathers_until", [None, NOW - MINUTE, NOW])
def test_goes_when_no_mail_went_to_them_lately(gathers_until: datetime | None) -> None:
    assert go_now(gathers_until=gathers_until, deadlines=[None], now=NOW)


@pytest.mark.parametrize("deadline", [None, NOW, NOW - MINUTE, NOW + 11 * MINUTE])
def test_waits_for_others_where_that_costs_nothing(deadline: datetime | None) -> None:
    assert not go_now(gathers_until=NOW + 10 * MINUTE, deadlines=[deadline], now=NOW)


@pytest.mark.parametrize("deadline", [NOW + MINUTE, NOW + 10 * MINUTE])
def test_goes_before_it_would_come_too_late(deadline: datetime) -> None:
    assert go_now(gathers_until=NOW + 10 * MINUTE, deadlines=[None, deadline], now=NOW)
