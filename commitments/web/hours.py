"""What a page says of a promised time at which nobody works."""

from datetime import datetime

from django.utils.translation import gettext

from commitments.domain.business_time import BusinessTimeError, is_working_instant, next_open
from commitments.models import Team
from commitments.web.times import in_zone


def works_again(at: datetime, *, team: Team) -> datetime | None:
    """Give when somebody works again (UTC), for an instant at which nobody does."""
    calendar = team.calendar.to_domain()
    try:
        return None if is_working_instant(at, calendar=calendar) else next_open(at, calendar=calendar)
    except BusinessTimeError:
        return None


def who_works(at: datetime, *, team: Team, now: datetime) -> str:
    """Say that nobody works at `at`, and who works when; nothing for a time within open hours."""
    again = works_again(at, team=team)
    if again is None:
        return ""
    said = gettext("Nobody works then; work begins again %(at)s.")
    return said % {"at": in_zone(again, zone=team.calendar.zone, now=now)}
