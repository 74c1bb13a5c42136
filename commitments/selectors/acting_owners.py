"""Who acts for whom: the one place that decides it, for the Desk, ladders, mails and the clocks alike.

Reads only; as many queries as the longest line of people who stand in for each other, which is one where nobody is
away.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model

from commitments.domain.absences import Absences, Away
from commitments.models import Absence

User = get_user_model()

NOBODY_AWAY = Absences()


def read_absences(*, users: Iterable[int], since: datetime) -> Absences:
    """Read the absences of these people, and of whoever stands in for them, that were not over at `since`."""
    found: dict[int, list[Away]] = defaultdict(list)
    left: set[int] = set()
    known: set[int] = set()
    asked = set(users)
    while asked:
        known |= asked
        covers: set[int] = set()
        for user, from_at, until_at, cover, active in _absences().filter(user__in=asked, until_at__gt=since):
            found[user].append(Away(user=user, from_at=from_at, until_at=until_at, cover=cover))
            if cover is not None:
                covers.add(cover)
                if not active:
                    left.add(cover)
        asked = covers - known
    return Absences(by_user=dict(found), left=frozenset(left))


@cache
def _absences() -> Any:
    """Give all absences with what is read of them, unread: asked for with every act, so put together once."""
    columns = ("user_id", "from_at", "until_at", "cover_id", "cover__is_active")
    return Absence.objects.order_by("from_at", "id").values_list(*columns)


def acting_owners(*, owners: Iterable[int], now: datetime) -> dict[int, Any]:
    """Give, by owner, the user who acts for each owner that somebody else acts for at `now`."""
    wanted = set(owners)
    absences = read_absences(users=wanted, since=now)
    acting = {owner: absences.acting(owner, at=now) for owner in wanted if absences.by_user}
    others = User.objects.in_bulk({user for owner, user in acting.items() if user != owner})
    return {owner: others[user] for owner, user in acting.items() if user in others and user != owner}


def stood_in_for(*, users: Iterable[int], now: datetime) -> dict[int, list[Absence]]:
    """Give, by user, the absences of those whom each of `users` acts for at `now`, by standing in for them."""
    wanted = set(users)
    away = Absence.objects.filter(from_at__lte=now, until_at__gt=now, cover__isnull=False).select_related("user")
    found: dict[int, Absence] = {}
    line = wanted
    while line:
        rows = [row for row in away.filter(cover__in=line).order_by("id") if row.user_id not in found]
        found.update({row.user_id: row for row in rows})
        line = {row.user_id for row in rows}
    absences = read_absences(users=found, since=now) if found else NOBODY_AWAY
    acting: dict[int, list[Absence]] = defaultdict(list)
    for owner, row in found.items():
        user = absences.acting(owner, at=now)
        if user in wanted and user != owner:
            acting[user].append(row)
    return dict(acting)


def covered_by(*, actor: Any, now: datetime) -> dict[int, Absence]:
    """Give the absences, by owner, of those whom `actor` acts for at `now`, by standing in for them."""
    return {row.user_id: row for row in stood_in_for(users=[actor.pk], now=now).get(actor.pk, ())}
