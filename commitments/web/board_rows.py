"""The rows of the Board as plain words: what is shown of a promise in a list of fifty, and no more.

A full Board has to stay light, so whatever is long is cut here; all of it stands on the promise's own page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commitments.models import Absence, Commitment, Handoff
from commitments.models.people import Team, person
from commitments.selectors.board import Ladder, Row
from commitments.selectors.strain import Strained
from commitments.web import times
from commitments.web.reasons import Reason, reasons

WORDS_AT_MOST = 110
NAME_AT_MOST = 60
CASE_AT_MOST = 40
PEOPLE_AT_MOST = 3
DUE_ICON = "calendar-due"
"""By its icon the date is told from the other reasons, whatever language they are said in."""


@dataclass(frozen=True, slots=True)
class ShownReason:
    """One reason: the style sheet's names of its tone and its icon, the words, and how long or how far off."""

    tone: str
    icon: str
    words: str
    away: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the Board; each `…_more` is the small line under what it belongs to."""

    reference: str
    version: int
    tone: str
    reasons: tuple[ShownReason, ...]
    promise: str
    customer_id: int
    customer: str
    kind: str
    case: str
    strain: str
    due: str
    due_more: str
    word: str
    word_more: str
    owner: str
    owner_more: str
    ladder: str
    ladder_more: str


def shown_row(row: Row, *, away: Mapping[int, Absence], zone: str, now: datetime) -> ShownRow:
    """Write one row. `away`: the absences now, by user; `zone`: the page's, others are named beside their times."""
    promise = row.commitment
    found = _reasons(row, now=now)
    ladder = max(row.ladders, key=lambda ladder: (ladder.steps_taken, ladder.opened_at), default=None)
    its_zone = promise.team.calendar.zone
    return ShownRow(
        reference=promise.reference,
        version=promise.version,
        tone=found[0].tone,
        reasons=tuple(_reason(reason, now=now) for reason in found),
        promise=clipped(promise.promise, WORDS_AT_MOST),
        customer_id=promise.customer_id,
        customer=clipped(promise.customer.name, NAME_AT_MOST),
        kind=promise.get_kind_display(),
        case=clipped(promise.case_ref, CASE_AT_MOST),
        strain=_strain(row.strain),
        due=times.near(promise.due_at, zone=its_zone, now=now),
        due_more=_due_more(promise, zone=zone, now=now),
        word=times.relative(promise.last_word_at, now=now) if promise.last_word_at else _("no word yet"),
        word_more=_word_more(promise),
        owner=person(promise.owner),
        owner_more=_owner_more(row, absence=away.get(promise.owner_id), now=now),
        ladder=_told(ladder),
        ladder_more=_climbs(ladder, zone=its_zone, now=now),
    )


def page_zone(teams: Mapping[int, Team], *, chosen: int | None) -> str:
    """Give the zone of the page's own times: the chosen team's, else the first team's."""
    team = teams.get(chosen or 0) or next(iter(teams.values()), None)
    return team.calendar.zone if team is not None else "UTC"


def clipped(text: str, at_most: int) -> str:
    """Cut a text that is longer, with an ellipsis."""
    return str(Truncator(text).chars(at_most))


def _reasons(row: Row, *, now: datetime) -> tuple[Reason, ...]:
    """Give what is wrong and what comes next; a date that is far off has its column, and stands here only alone."""
    ladders = row.commitment.open_ladders  # type: ignore[attr-defined]  # read by with_open_ladders
    found = reasons(row.commitment, now=now, ladders=ladders)
    return tuple(reason for reason in found if reason.icon != DUE_ICON or reason.tone != "calm") or found


def _reason(reason: Reason, *, now: datetime) -> ShownReason:
    past = reason.at < now
    away = times.length(now - reason.at) if past else times.relative(reason.at, now=now)
    return ShownReason(tone=reason.tone, icon=reason.icon, words=reason.short, away=away)


def _due_more(promise: Commitment, *, zone: str, now: datetime) -> str:
    how_far = times.relative(promise.due_at, now=now) if promise.due_at >= now else _("was due")
    its_zone = promise.team.calendar.zone
    if its_zone == zone:
        return how_far
    return _("%(how_far)s (%(city)s)") % {"how_far": how_far, "city": times.zone_label(its_zone)}


def _word_more(promise: Commitment) -> str:
    if promise.last_word_at is None:
        return ""
    if promise.unconfirmed_meets is not None:
        return _("its mail waits to go")
    return _("person’s word") if promise.last_word_at == promise.last_person_word_at else _("automatic word")


def _owner_more(row: Row, *, absence: Absence | None, now: datetime) -> str:
    """Say who stands in or is asked to take it over; else the team."""
    said = [str(row.commitment.team)]
    if row.acting is not None:
        said.append(_("away, %(who)s stands in") % {"who": person(row.acting)})
    elif absence is not None:
        said.append(_("away, nobody stands in"))
    if row.offer is not None:
        zone = row.commitment.team.calendar.zone
        until = times.near(row.offer.lapses_at, zone=zone, now=now)
        lapsed = row.offer.state == Handoff.State.LAPSED
        ask = _("%(who)s has not taken it over by %(until)s") if lapsed else _("asks %(who)s, until %(until)s")
        who = person(row.offer.to_user) if row.offer.to_user else str(row.offer.to_team)
        said.append(ask % {"who": who, "until": until})
    return " · ".join(said)


def _strain(strain: Strained) -> str:
    if not strain.reasons:
        return ""
    return _("strain %(score)s") % {"score": f"{strain.score:.2f}".rstrip("0").rstrip(".")}


def _told(ladder: Ladder | None) -> str:
    if ladder is None:
        return ""
    names = [person(user) for user in ladder.told]
    if not names:
        return _("Nobody told yet")
    if len(names) <= PEOPLE_AT_MOST:
        return _("Told %(names)s") % {"names": ", ".join(names)}
    said = {"names": ", ".join(names[: PEOPLE_AT_MOST - 1]), "count": len(names) - PEOPLE_AT_MOST + 1}
    return _("Told %(names)s and %(count)s more") % said


def _climbs(ladder: Ladder | None, *, zone: str, now: datetime) -> str:
    if ladder is None:
        return ""
    if ladder.acknowledged_until is not None:
        until = times.near(ladder.acknowledged_until, zone=zone, now=now)
        return _("%(who)s took note, until %(until)s") % {"who": person(ladder.acknowledged_by), "until": until}
    if ladder.next_step_at is None:
        return _("no further step")
    return _("next %(at)s") % {"at": times.near(ladder.next_step_at, zone=zone, now=now)}
