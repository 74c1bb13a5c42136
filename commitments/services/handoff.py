"""Handing a promise over: offered with its story, answered for by the old owner until somebody accepts.

An offer waits until it is accepted, declined or taken back; one that lapsed can be accepted late. A supervisor can give
a promise to another owner at once.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain import acts, handing, words
from commitments.domain.business_time import add
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import Event, EventKind
from commitments.models import (
    Commitment,
    EventText,
    Handoff,
    Membership,
    Team,
    person,
)
from commitments.selectors.acting_owners import read_absences
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services.acting import Held, holding, supervises
from commitments.services.refusals import Refused
from commitments.services.retiming import HANDOFF, retime_held

STORY_AT_MOST = 10_000
REASON_AT_MOST = 500


def offer_handoff(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    to: Any = None,
    team: Team | None = None,
    story: str = "",
    sort: str = Handoff.Sort.HANDOFF,
    version: int | None = None,
) -> Commitment:
    """Ask `to`, or anyone in `team`, to take a promise over; until somebody accepts, the owner answers for it.

    An offer that waited is taken back. Raises Refused (Ended, Conflict).
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        _check_may_hand_on(actor, held)
        if to is None and team is None:
            raise Refused(gettext("Choose a colleague or a team to hand it to."), field="to")
        asked = _team_of(to, team=team, commitment=held.commitment)
        if to is not None:
            _check_taker(to, team=asked, held=held)
            if sort == Handoff.Sort.HANDOFF:
                _check_is_there(to, now=now)
        elif not asked.memberships.filter(user__is_active=True).exclude(user=held.commitment.owner_id).exists():
            raise Refused(gettext("Nobody else is in %(asked)s; choose another team.") % {"asked": asked}, field="team")
        if len(story) > STORY_AT_MOST:
            raise Refused(
                gettext("A story has at most %(number)s characters.") % {"number": STORY_AT_MOST}, field="story"
            )
        _standing(held).update(state=Handoff.State.TAKEN_BACK, answered_at=now, answered_by=actor)
        calendar = asked.calendar.to_domain()
        lapses_at = add(now, held.rules.acceptance_time, calendar=calendar)
        held.actor = actor
        held.apply(handing.offer(held.promise, at=now, lapses_at=lapses_at))
        Handoff.objects.create(
            commitment=held.commitment,
            sort=sort,
            from_user_id=held.commitment.owner_id,
            to_user=to,
            to_team=asked,
            story=story.strip(),
            offered_at=now,
            lapses_at=lapses_at,
        )
        facts = {
            "from": held.commitment.owner_id,
            "to": to.pk if to is not None else None,
            "team": asked.pk,
            "team_name": asked.name,
            "lapses_at": lapses_at,
            "sort": str(sort),
        }
        held.note(Event(EventKind.HANDOFF_OFFERED, now, facts))
    return held.commitment


def accept_handoff(
    *, actor: Any, reference: str, now: datetime, told: bool = False, version: int | None = None
) -> Commitment:
    """Take over a promise that was offered to `actor` or their team.

    The customer is told who it is now: by mail, or in a conversation just held (`told`). Where neither can be, they are
    not, and it is no word. Raises Refused (Ended, Conflict).
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        offer = _offer_to(actor, held)
        held.actor = actor
        _answer(held, state=Handoff.State.ACCEPTED, by=actor)
        _give_to(held, actor, team=offer.to_team, told=told, kind=EventKind.HANDOFF_ACCEPTED)
    return held.commitment


def decline_handoff(
    *, actor: Any, reference: str, reason: str, now: datetime, version: int | None = None
) -> Commitment:
    """Say that `actor` will not take over a promise that was offered to them or their team, and why. Raises Refused."""
    reason = reason.strip()
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        offer = _offer_to(actor, held)
        if not reason:
            raise Refused(gettext("Say why, so that it can be handed to somebody else."), field="reason")
        if len(reason) > REASON_AT_MOST:
            raise Refused(
                gettext("A reason has at most %(number)s characters.") % {"number": REASON_AT_MOST}, field="reason"
            )
        held.actor = actor
        held.apply(handing.decline(held.promise))
        _answer(held, state=Handoff.State.DECLINED, by=actor, reason=reason)
        held.texts = {EventText.Field.REASON: reason}
        held.note(Event(EventKind.HANDOFF_DECLINED, now, {"from": offer.from_user_id, "to": actor.pk}))
    return held.commitment


def take_back_handoff(*, actor: Any, reference: str, now: datetime, version: int | None = None) -> Commitment:
    """Keep a promise after all that waits to be taken over, or that nobody took over. Raises Refused."""
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        _check_may_hand_on(actor, held)
        offer = _standing(held).first()
        # Somebody may have declined after the time to accept had passed: that it lapsed escalates still.
        if offer is None and all(ladder.trigger is not Trigger.HANDOFF_LAPSED for ladder in held.promise.escalations):
            raise Refused(gettext("This promise waits for nobody to take it over."))
        held.actor = actor
        held.apply(handing.settle_offer(held.promise, at=now))
        _answer(held, state=Handoff.State.TAKEN_BACK, by=actor)
        facts = {"from": held.commitment.owner_id, "to": offer.to_user_id if offer is not None else None}
        held.note(Event(EventKind.HANDOFF_TAKEN_BACK, now, facts))
    return held.commitment


def reassign(
    *,
    actor: Any,
    reference: str,
    to: Any,
    now: datetime,
    team: Team | None = None,
    told: bool = False,
    note: str = "",
    version: int | None = None,
) -> Commitment:
    """Give a promise to another owner at once, as a supervisor; the customer is told as by `accept_handoff`.

    Raises Refused (Ended, Conflict).
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        if not supervises(actor, held.commitment):
            raise Refused(
                gettext("Only a supervisor of %(team)s can give it to somebody else at once.")
                % {"team": held.commitment.team}
            )
        its_team = _team_of(to, team=team, commitment=held.commitment)
        _check_taker(to, team=its_team, held=held)
        held.actor = actor
        _answer(held, state=Handoff.State.TAKEN_BACK, by=actor)
        held.texts = {EventText.Field.NOTE: note.strip()}
        _give_to(held, to, team=its_team, told=told, kind=EventKind.REASSIGNED)
    return held.commitment


# -- Who may, and to whom ------------------------------------------------------------------------------------------


def _check_may_hand_on(actor: Any, held: Held) -> None:
    commitment = held.commitment
    if actor is None or actor.pk in {commitment.owner_id, held.batch.acting(commitment, at=held.now)}:
        return
    if not supervises(actor, commitment):
        owner = person(commitment.owner)
        raise Refused(
            gettext("Only %(owner)s, who answers for it, or a supervisor can hand it over or keep it.")
            % {"owner": owner}
        )


def _team_of(to: Any, *, team: Team | None, commitment: Commitment) -> Team:
    """Give the team that the promise will belong to; its own where `to` is in it."""
    if team is not None:
        return team
    teams = {found.pk: found for found in Team.objects.filter(memberships__user=to).select_related("calendar")}
    if commitment.team_id in teams:
        return teams[commitment.team_id]
    if not teams:
        raise Refused(gettext("%(to)s belongs to no team; choose somebody else.") % {"to": person(to)}, field="to")
    if len(teams) > 1:
        raise Refused(gettext("%(to)s belongs to several teams; choose one.") % {"to": person(to)}, field="team")
    return next(iter(teams.values()))


def _check_taker(to: Any, *, team: Team, held: Held) -> None:
    if not to.is_active:
        raise Refused(gettext("%(to)s has left; hand it to somebody else.") % {"to": person(to)}, field="to")
    if to.pk == held.commitment.owner_id:
        raise Refused(gettext("%(to)s answers for it already; choose somebody else.") % {"to": person(to)}, field="to")
    if not Membership.objects.filter(user=to, team=team).exists():
        raise Refused(gettext("%(to)s is not a member of %(team)s.") % {"to": person(to), "team": team}, field="to")


def _check_is_there(to: Any, *, now: datetime) -> None:
    if not read_absences(users=[to.pk], since=now).is_there(to.pk, at=now):
        raise Refused(gettext("%(to)s is away; hand it to somebody who is there.") % {"to": person(to)}, field="to")


# -- Offers that wait ----------------------------------------------------------------------------------------------


def _standing(held: Held) -> Any:
    """Give the offers of a promise that can still be accepted; at most one."""
    return Handoff.objects.filter(commitment=held.commitment, state__in=Handoff.STANDS)


def _offer_to(actor: Any, held: Held) -> Handoff:
    """Give the offer that `actor` may answer. Raises Refused where there is none."""
    offer: Handoff | None = _standing(held).select_related("to_team__calendar").first()
    if offer is None:
        raise Refused(gettext("This promise has not been offered to you, or somebody has answered already."))
    if actor.pk == held.commitment.owner_id:
        raise Refused(gettext("You answer for this promise already."))
    if offer.to_user_id is not None and offer.to_user_id != actor.pk:
        raise Refused(gettext("This promise has been offered to somebody else."))
    if not actor.is_active or not Membership.objects.filter(user=actor, team=offer.to_team).exists():
        raise Refused(
            gettext("This promise has been offered to %(to_team)s, and you are not a member.")
            % {"to_team": offer.to_team}
        )
    return offer


def _answer(held: Held, *, state: str, by: Any, reason: str = "") -> None:
    _standing(held).update(state=state, answered_at=held.now, answered_by=by, reason=reason)


def _give_to(held: Held, owner: Any, *, team: Team, told: bool, kind: EventKind) -> None:
    """Make somebody the owner, and tell the customer who it is now where they can be told.

    Another team's calendar counts from here on; a time that we named before still binds.
    """
    commitment, now = held.commitment, held.now
    was_owner, moves = commitment.owner_id, team.pk != commitment.team_id
    was_working = held.surroundings.working
    held.apply(handing.settle_offer(held.promise, at=now))
    commitment.owner, commitment.team = owner, team
    held.changed |= {"owner", "team"}
    if moves:
        held.batch = SurroundingsOf([commitment], now=now)
        held.batch.take_note(commitment, held.events)
    else:
        held.batch.take_owner(commitment)
    by_mail = not told and held.surroundings.mailable
    facts: dict[str, Any] = {
        "from": was_owner,
        "to": owner.pk,
        "team": team.pk,
        "told": told,
        "notify_customer": by_mail,
        "answers": False,
    }
    if told or by_mail:
        deadline = held.promise.word_deadline
        at_latest = deadline if moves and deadline > now else None
        meets = held.promise.deadline_to_meet
        named_at = words.named_by(held.promise, at=now, rules=held.rules, surroundings=held.surroundings)
        facts["named_at"] = min(named_at, at_latest) if at_latest is not None else named_at
        facts["meets"] = meets if by_mail else None
        held.do(
            acts.give_word,
            at=now,
            recorded_at=now,
            by_mail=by_mail,
            meaning=WordMeaning.NEWS,
            answers=False,
            at_latest=at_latest,
        )
    held.note(Event(kind, now, facts))
    if moves or held.surroundings.working != was_working:
        retime_held(held, because=HANDOFF)
