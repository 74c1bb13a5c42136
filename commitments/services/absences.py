"""Being away: who notes it, who stands in, and what it does to the promises when it begins and when it ends.

Who acts for whom follows from the absences themselves (`selectors.acting_owners`); here stands only what has to be done
once: telling customers whose owner is away for longer than a day, and timing promises anew where hours differ.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils.dates import MONTHS
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain.business_time import Duration, add
from commitments.domain.timeline import EventKind
from commitments.models import (
    Absence,
    Commitment,
    CommitmentEvent,
    Membership,
    PendingEvent,
    Team,
    leads,
    person,
)
from commitments.models.identifiers import time_ordered_id
from commitments.selectors.acting_owners import covered_by
from commitments.services.refusals import Refused
from commitments.services.retiming import HOURS, retime

User = get_user_model()

A_DAY = Duration.parse("1bd")
"""Customers are told of an absence that is longer: it goes on beyond the same time on the next open day."""
BATCH = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """What one pass did: absences that began, and that ended."""

    begun: int = 0
    over: int = 0


def note_absence(
    *, actor: Any, user: Any, from_at: datetime, until_at: datetime, now: datetime, cover: Any = None
) -> Absence:
    """Note that somebody is away, and who stands in; what has begun is carried out at once. Raises Refused.

    A beginning in the past counts as now: what was done until then stays done. Without `cover` the ladders pass them
    over, and nobody has their Desk.
    """
    _check_may_note(actor, user)
    from_at = max(from_at, now)
    absence = Absence(user=user, from_at=from_at, until_at=until_at, cover=cover, noted_by=actor or user, noted_at=now)
    with transaction.atomic():
        _lock(user, cover)
        _check(absence, now=now)
        absence.save()
        _carry_out(now=now, only=[absence.pk])
    return absence


def change_absence(
    *, actor: Any, absence: Absence, from_at: datetime, until_at: datetime, cover: Any, now: datetime
) -> Absence:
    """Change when somebody is away, or who stands in. One that has begun keeps its beginning. Raises Refused."""
    _check_may_note(actor, absence.user)
    with transaction.atomic():
        _lock(absence.user, cover)
        absence = Absence.objects.select_related("user").get(pk=absence.pk)
        if absence.until_at <= now:
            raise Refused(gettext("%(user)s is back already; note a new absence.") % {"user": person(absence.user)})
        was_cover = absence.cover_id
        if absence.from_at > now:
            absence.from_at = max(from_at, now)
        absence.until_at, absence.cover = until_at, cover
        _check(absence, now=now)
        absence.save()
        if absence.begun_at is None:
            _carry_out(now=now, only=[absence.pk])
        else:
            if was_cover is not None and was_cover != absence.cover_id:
                _say_covers_ended([absence], now=now)
            _say_covers_started([absence], now=now)
            _time_anew([absence], now=now)
    return absence


def end_absence(*, actor: Any, absence: Absence, now: datetime) -> None:
    """Note that somebody is back, or is not going away after all. Raises Refused."""
    _check_may_note(actor, absence.user)
    with transaction.atomic():
        _lock(absence.user, None)
        absence = Absence.objects.select_related("user").get(pk=absence.pk)
        if absence.until_at <= now:
            return
        if absence.from_at > now:
            absence.delete()
            return
        if absence.from_at == now:
            # Noted and taken back at one instant: an absence has to last.
            _say_covers_ended([absence], now=now)
            absence.delete()
            _time_anew([absence], now=now)
            return
        absence.until_at = now
        absence.save(update_fields=["until_at"])
        _carry_out(now=now, only=[absence.pk])


def apply_absences(*, now: datetime) -> Applied:
    """Carry out the absences that have begun or ended by `now`; run again, it finds nothing to do."""
    begun = over = 0
    while True:
        with transaction.atomic():
            applied = _carry_out(now=now)
        begun, over = begun + applied.begun, over + applied.over
        if not (applied.begun or applied.over):
            return Applied(begun=begun, over=over)


def may_note_for(*, actor: Any, user: Any) -> bool:
    """Tell whether `actor` can note that somebody is away: themselves, a supervisor of a team of theirs, a leader."""
    if actor is None or actor.pk == user.pk or leads(actor):
        return True
    supervised = Membership.objects.filter(user=actor, role=Membership.Role.SUPERVISOR).values("team")
    return Membership.objects.filter(user=user, team__in=supervised).exists()


# -- What is refused -----------------------------------------------------------------------------------------------


def _lock(user: Any, cover: Any) -> None:
    """Let two people note absences of these one after the other, so that neither overlooks the other's."""
    wanted = User.objects.filter(pk__in=[one.pk for one in (user, cover) if one is not None]).order_by("pk")
    list(wanted.select_for_update() if connection.features.has_select_for_update else wanted)


def _check_may_note(actor: Any, user: Any) -> None:
    if not may_note_for(actor=actor, user=user):
        raise Refused(
            gettext("Only %(user)s or a supervisor of theirs can note this.") % {"user": person(user)}, field="user"
        )


def _check(absence: Absence, *, now: datetime) -> None:
    if absence.until_at <= now:
        raise Refused(gettext("That end has passed; say until when."), field="until_at")
    if absence.until_at <= absence.from_at:
        raise Refused(gettext("An absence ends after it begins."), field="until_at")
    others = Absence.objects.filter(from_at__lt=absence.until_at, until_at__gt=absence.from_at).exclude(pk=absence.pk)
    same = others.filter(user=absence.user_id).first()
    if same is not None:
        raise Refused(
            gettext("%(user)s is noted as away %(span)s already; change that instead.")
            % {"user": person(absence.user), "span": _span(same)},
            field="from_at",
        )
    cover = absence.cover
    if cover is None:
        return
    if cover.pk == absence.user_id:
        raise Refused(gettext("Choose somebody else to stand in."), field="cover")
    if not cover.is_active:
        raise Refused(gettext("%(cover)s has left; choose somebody else.") % {"cover": person(cover)}, field="cover")
    away = others.filter(user=cover).first()
    if away is not None:
        raise Refused(
            gettext("%(cover)s is away %(span)s; choose somebody who is there.")
            % {"cover": person(cover), "span": _span(away)},
            field="cover",
        )
    theirs = Membership.objects.filter(user=absence.user_id).values("team")
    if not leads(cover) and not Membership.objects.filter(user=cover, team__in=theirs).exists():
        raise Refused(
            gettext("%(cover)s is in no team of %(user)s; choose a colleague.")
            % {"cover": person(cover), "user": person(absence.user)},
            field="cover",
        )


def _span(absence: Absence) -> str:
    """Write an absence as people read it, in the zone of a team of theirs."""
    zone = Team.objects.filter(memberships__user=absence.user_id).values_list("calendar__zone", flat=True).first()
    start, end = (at.astimezone(ZoneInfo(zone or "UTC")) for at in (absence.from_at, absence.until_at))
    return gettext("from %(start)s to %(end)s") % {
        "start": f"{start.day} {MONTHS[start.month]}, {start:%H:%M}",
        "end": f"{end.day} {MONTHS[end.month]}, {end:%H:%M}",
    }


# -- Carrying it out -----------------------------------------------------------------------------------------------


def _carry_out(*, now: datetime, only: Collection[int] | None = None) -> Applied:
    """Carry out up to a batch of beginnings and of ends; those that another pass holds are left to it."""
    rows = Absence.objects.select_related("user", "cover").order_by("id")
    if only is not None:
        rows = rows.filter(pk__in=only)
    elif connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    begun = list(rows.filter(begun_at__isnull=True, from_at__lte=now)[:BATCH])
    if begun:
        Absence.objects.filter(pk__in=[absence.pk for absence in begun]).update(begun_at=now)
        lasting = [absence for absence in begun if absence.until_at > now]
        _say_covers_started(lasting, now=now)
        _time_anew(lasting, now=now)
    over = list(rows.filter(begun_at__isnull=False, over_at__isnull=True, until_at__lte=now)[:BATCH])
    if over:
        Absence.objects.filter(pk__in=[absence.pk for absence in over]).update(over_at=now)
        _finish(over, now=now)
    return Applied(begun=len(begun), over=len(over))


def _finish(absences: Collection[Absence], *, now: datetime) -> None:
    _say_covers_ended(absences, now=now)
    _time_anew(absences, now=now)


def _time_anew(absences: Iterable[Absence], *, now: datetime) -> None:
    """Time the promises anew for which somebody else acts now, where people with hours of their own are among them."""
    owners: set[int] = set()
    actors: set[int] = set()
    for absence in absences:
        owners |= {absence.user_id, *covered_by(actor=absence.user, now=now)}
        actors |= {absence.user_id, *([absence.cover_id] if absence.cover_id is not None else [])}
        if absence.cover is not None:
            owners |= set(covered_by(actor=absence.cover, now=now))
    if Membership.objects.filter(user__in=owners | actors, week__isnull=False).exists():
        retime(commitments=Commitment.objects.for_somebody().filter(owner__in=owners), because=HOURS, now=now)


# -- Telling customers who looks after it --------------------------------------------------------------------------


def _say_covers_started(absences: Collection[Absence], *, now: datetime) -> None:
    """Say on each open promise that somebody stands in for longer than a day, and have its customer told, once."""
    covered = {absence.user_id: absence for absence in absences if absence.cover_id is not None}
    if not covered:
        return
    promises = list(Commitment.objects.open().filter(owner__in=covered).select_related("customer").order_by("pk"))
    lasts = _longer_than_a_day(promises, covered, now=now)
    said = _started(promises)
    events = []
    for promise in promises:
        absence = covered[promise.owner_id]
        if not lasts[promise.team_id, promise.owner_id] or said.get(promise.pk) == (absence.pk, absence.cover_id):
            continue
        by_mail = promise.goes_by_mail
        facts = {
            "owner": promise.owner_id,
            "cover": absence.cover_id,
            "until": absence.until_at.isoformat(),
            "absence": absence.pk,
            "notify_customer": by_mail,
        }
        events.append(_event(promise.pk, EventKind.COVER_STARTED, facts, now=now))
    _note(events, now=now)


def _say_covers_ended(absences: Collection[Absence], *, now: datetime) -> None:
    """Say on each open promise of which a cover was said that its owner is back, or that somebody else stands in."""
    back = {absence.user_id: absence for absence in absences}
    promises = list(Commitment.objects.open().filter(owner__in=back).order_by("pk"))
    said = _started(promises)
    events = []
    for promise in promises:
        if said.get(promise.pk, (None, None))[0] == back[promise.owner_id].pk:
            facts = {"owner": promise.owner_id, "absence": back[promise.owner_id].pk}
            events.append(_event(promise.pk, EventKind.COVER_ENDED, facts, now=now))
    _note(events, now=now)


def _longer_than_a_day(
    promises: Iterable[Commitment], covered: dict[int, Absence], *, now: datetime
) -> dict[tuple[int, int], bool]:
    """Tell, by team and owner, whether an absence goes on beyond the same time on the team's next open day."""
    pairs = {(promise.team_id, promise.owner_id) for promise in promises}
    teams = Team.objects.filter(pk__in={team for team, _ in pairs}).select_related("calendar")
    calendars = {team.pk: team.calendar.to_domain() for team in teams.prefetch_related("calendar__closed_days")}
    return {
        (team, owner): covered[owner].until_at > add(covered[owner].from_at, A_DAY, calendar=calendars[team])
        for team, owner in pairs
    }


def _started(promises: Iterable[Commitment]) -> dict[int, tuple[int, int]]:
    """Read which cover was last said to have started, and has not ended: absence and who stands in, by promise."""
    kinds = [EventKind.COVER_STARTED.value, EventKind.COVER_ENDED.value]
    events = CommitmentEvent.objects.filter(commitment__in=[promise.pk for promise in promises], kind__in=kinds)
    last: dict[int, tuple[int, int]] = {}
    for commitment, kind, facts in events.order_by("id").values_list("commitment_id", "kind", "facts"):
        if kind == EventKind.COVER_STARTED:
            last[commitment] = facts["absence"], facts["cover"]
        else:
            last.pop(commitment, None)
    return last


def _event(commitment: int, kind: EventKind, facts: dict[str, Any], *, now: datetime) -> CommitmentEvent:
    return CommitmentEvent(
        id=time_ordered_id(now=now),
        commitment_id=commitment,
        kind=kind.value,
        occurred_at=now,
        recorded_at=now,
        facts=facts,
    )


def _note(events: list[CommitmentEvent], *, now: datetime) -> None:
    if not events:
        return
    CommitmentEvent.objects.bulk_create(events)
    told = [event for event in events if event.facts.get("notify_customer")]
    PendingEvent.objects.bulk_create([PendingEvent(event=event, noted_at=now) for event in told])
    doorbell.ring("notifications.dispatch")
