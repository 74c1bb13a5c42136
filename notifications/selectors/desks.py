"""What is on colleagues' desks as their working day begins, for the lists that they get; a constant number of reads."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from commitments.domain.business_time import Calendar
from commitments.models import Commitment, Handoff, Membership
from notifications.domain.letter import Desk, Line
from notifications.domain.shifts import ends_at, local_date
from notifications.selectors.hours import read_hours, stands_in_for

A_DAY = timedelta(days=1)


def read_desks(users: Collection[int], *, now: datetime) -> Mapping[int, Desk]:
    """Read what is on each colleague's desk, and on the desks of those for whom they stand in.

    Each promise is listed once, by the worst that is the matter with it; a word clock that runs out today counts as
    due today. Whoever has nothing is left out.
    """
    if not users:
        return {}
    covered = stands_in_for(users, now=now)
    acting: dict[int, set[int]] = defaultdict(set)
    for user in users:
        for owner in {user} | covered.get(user, set()):
            acting[owner].add(user)
    day_ends = {user: _day_ends_at(hours, now=now) for user, hours in read_hours(users).items()}
    latest = max(day_ends.values(), default=now + A_DAY)
    found: dict[int, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    matters = Q(status="open") & (
        Q(due_at__lt=latest) | Q(next_word_due_at__lt=latest) | Q(silent_since__isnull=False)
    ) | Q(customer_waiting_since__isnull=False)
    promises = Commitment.objects.filter(matters, owner__in=acting).select_related("customer", "team__calendar")
    for promise in promises.order_by("id"):
        for user in acting[promise.owner_id]:
            placed = _place(promise, day_ends_at=day_ends.get(user, now + A_DAY), now=now)
            if placed is not None:
                section, at, is_word = placed
                found[user][section].append(_line(promise, at, is_word=is_word))
    for user, handoff in _offered(users):
        found[user]["handoffs"].append(_line(handoff.commitment, handoff.lapses_at))
    return {
        user: Desk(**{name: tuple(sorted(lines, key=lambda line: line.at)) for name, lines in sections.items()})
        for user, sections in found.items()
    }


def _day_ends_at(hours: Collection[Calendar], *, now: datetime) -> datetime:
    """Give when a colleague's day ends: the latest of their teams' today, or a day from now where none is open."""
    ends = [ends_at(local_date(now, calendar=calendar), calendar=calendar) for calendar in hours]
    return max((end for end in ends if end is not None and end > now), default=now + A_DAY)


def _place(promise: Commitment, *, day_ends_at: datetime, now: datetime) -> tuple[str, datetime, bool] | None:
    """Say in which part of the list a promise stands, the instant to name, and whether that is the word clock's."""
    if promise.status == "open" and promise.due_at <= now:
        return "overdue", promise.due_at, False
    if promise.status == "open" and promise.silent_since is not None:
        return "silent", promise.silent_since, False
    if promise.customer_waiting_since is not None:
        return "waiting", promise.customer_waiting_since, False
    if promise.hear_by < day_ends_at:
        return "due", promise.hear_by, promise.hear_by != promise.due_at
    return None


def _offered(users: Collection[int]) -> list[tuple[int, Handoff]]:
    """List the handoffs that wait for each colleague to accept, alone or as one of a team."""
    members: dict[int, list[int]] = defaultdict(list)
    for team, user in Membership.objects.filter(user__in=users).order_by("id").values_list("team_id", "user_id"):
        members[team].append(user)
    waiting = Handoff.objects.filter(
        Q(to_user__in=users) | Q(to_user__isnull=True, to_team__in=members), state=Handoff.State.OFFERED
    ).select_related("commitment__customer", "commitment__team__calendar")
    return [
        (user, handoff)
        for handoff in waiting.order_by("id")
        for user in ([handoff.to_user_id] if handoff.to_user_id else members[handoff.to_team_id])
        if user != handoff.commitment.owner_id
    ]


def _line(promise: Commitment, at: datetime, *, is_word: bool = False) -> Line:
    return Line(
        at=at,
        is_word=is_word,
        reference=promise.reference,
        promise=promise.promise,
        customer=promise.customer.name,
        url=f"{settings.SITE_URL}/promises/{promise.reference}/",
        zone=promise.team.calendar.zone,
    )
