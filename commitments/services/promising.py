"""Making, keeping, withdrawing and reopening a promise."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain import acts, lifecycle
from commitments.domain.asks import ASKS
from commitments.domain.business_time import BusinessTimeError, Duration, end_of_day
from commitments.domain.promise import Status
from commitments.domain.references import REFERENCE_LENGTH, REFERENCE_LETTERS
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, EventText, Handoff, Kind, Membership, Policy, Team, Word, person
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services import recording
from commitments.services.acting import BACK_DATING, Held, holding, supervises_team, when_it_happened
from commitments.services.customers import lock_customer
from commitments.services.handoff import offer_handoff
from commitments.services.refusals import Refused

IN_CONVERSATION = frozenset(
    {
        Commitment.Channel.PHONE,
        Commitment.Channel.EMAIL,
        Commitment.Channel.CHAT,
        Commitment.Channel.IN_PERSON,
    }
)
"""Channels in which a person said it to the customer, so that making the promise is itself a word."""
SOLVES = frozenset({Kind.FIX, Kind.ANSWER})
"""Kinds of promises after which the customer is asked whether the matter is solved."""
PROMISE_AT_MOST = 5_000


def new_reference() -> str:
    """Draw a reference at random; whoever knows one learns nothing about the next."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


@transaction.atomic
def make_promise(
    *,
    actor: Any,
    customer: Customer,
    kind: str,
    promise: str,
    due_at: datetime,
    channel: str,
    now: datetime,
    owner: Any = None,
    team: Team | None = None,
    need: str = "",
    case_ref: str = "",
    case_url: str = "",
    recording_url: str = "",
    contact_route: str = Commitment.ContactRoute.MAIL,
    agreed_cadence: Duration | None = None,
    happened_at: datetime | None = None,
    notify_customer: bool = True,
    previous: Commitment | None = None,
    split_from: Commitment | None = None,
    told: bool | None = None,
) -> Commitment:
    """Record a promise to a customer, for which `actor` answers.

    Where another `owner` is named, they are asked to accept it, and `actor` answers for it until then; what is
    imported or comes from another system is theirs at once, for nobody here made it. `due_at` and `happened_at` are
    instants (UTC). `previous`: a promise to the same customer that this one follows; `split_from`: one that it is split
    off (see `splitting`). `told`: whether a person has said
    it to the customer; without it the channel tells. Raises Refused with a sentence for a promise that cannot be
    recorded.
    """
    words = promise.strip()
    owner = owner or actor
    made_at = happened_at or now
    check_words(words)
    if kind not in Kind.values:
        raise Refused(gettext("“%(kind)s” is no kind of promise.") % {"kind": kind}, field="kind")
    if made_at > now:
        raise Refused(gettext("A promise cannot have been made in the future."), field="happened_at")
    team = team or _only_team(owner)
    _check_owner(owner, team)
    policy = Policy.objects.current().filter(team=team, kind=kind).first()
    if policy is None:
        raise Refused(
            gettext("%(team)s has no policy for this kind of promise; a supervisor can add one.") % {"team": team},
            field="kind",
        )
    check_due(due_at, made_at=made_at, now=now, policy=policy)
    # Held, so that nobody makes them a part of another entry meanwhile.
    customer = lock_customer(customer.pk)
    if customer.revealed_at is not None:
        raise Refused(gettext("This customer was a self-test and has been revealed; promise them nothing more."))
    if previous is not None and previous.customer_id != customer.pk:
        raise Refused(gettext("The earlier promise was made to another customer."), field="customer")
    in_name = channel in IN_CONVERSATION and owner != actor
    if told is None:
        told = channel in IN_CONVERSATION
    commitment = Commitment(
        customer=customer,
        kind=kind,
        promise=words,
        need=need.strip(),
        channel=channel,
        contact_route=contact_route,
        previous=previous,
        split_from=split_from,
        case_ref=case_ref.strip(),
        case_url=case_url,
        recording_url=recording_url,
        owner=actor if in_name else owner,
        team=team,
        policy=policy,
        made_by=actor,
        made_at=made_at,
        recorded_at=now,
        version=1,
    )
    if now - made_at > BACK_DATING and not supervises_team(actor, team):
        raise Refused(gettext("That is more than 4 hours ago; ask a supervisor to record it."), field="happened_at")
    batch = SurroundingsOf([commitment], now=now)
    try:
        rules, surroundings = batch.rules(commitment), batch.surroundings(commitment)
        begun = acts.make(
            at=made_at,
            due_at=due_at,
            told=told,
            rules=rules,
            surroundings=surroundings,
            agreed_cadence=agreed_cadence,
        )
        commitment.next_check_at = lifecycle.next_check_at(begun, rules=rules, surroundings=surroundings)
    except BusinessTimeError as error:
        sentence = gettext(
            "The clocks of %(team)s cannot be worked out: its calendar or policy has to be put right first."
        ) % {"team": team}
        raise Refused(f"{sentence} ({error})") from error
    commitment.take_clocks(begun)
    event = Event(
        EventKind.MADE,
        made_at,
        {
            "kind": kind,
            "channel": channel,
            "due_at": due_at,
            "named_at": begun.word_deadline,
            "told": told,
            "cadence": str(agreed_cadence) if agreed_cadence is not None else None,
            "owner": commitment.owner_id,
            "team": team.pk,
            "policy": policy.pk,
            "notify_customer": notify_customer and surroundings.mailable,
            "meets": begun.unconfirmed_meets,
            "previous": previous.pk if previous is not None else None,
            "split_from": split_from.reference if split_from is not None else None,
        },
    )
    _insert(commitment)
    passage = recording.Passage(
        commitment=commitment,
        before=begun,
        after=begun,
        events=[event],
        next_check_at=commitment.next_check_at,
        actor=actor,
        texts={EventText.Field.PROMISE: words, EventText.Field.NEED: commitment.need},
    )
    recording.write([passage], surroundings=batch, now=now)
    doorbell.ring("notifications.dispatch")
    if in_name:
        sort = Handoff.Sort.IN_NAME
        commitment = offer_handoff(actor=actor, reference=commitment.reference, to=owner, team=team, sort=sort, now=now)
    return commitment


def keep(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    happened_at: datetime | None = None,
    how: str = "",
    notify_customer: bool = True,
    customer_confirmed: bool = False,
    on_the_call: bool = False,
    version: int | None = None,
) -> Commitment:
    """Record that a promise was kept at `happened_at` (now).

    For a fix or an answer the customer is asked whether it solved the matter, unless they have said so
    (`customer_confirmed`). `on_the_call`: on the very call on which it was made. Raises Refused (Ended, Conflict).
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        at = when_it_happened(happened_at, actor=actor, commitment=held.commitment, now=now)
        held.actor = actor
        held.apply(acts.keep(held.promise, at=at, on_the_call=on_the_call))
        held.texts = {EventText.Field.MESSAGE: how.strip()}
        held.note(
            Event(
                EventKind.KEPT,
                at,
                {
                    "outcome": held.promise.outcome.value,
                    "due_at": held.promise.due_at,
                    "on_the_call": on_the_call,
                    "asks_if_solved": held.commitment.kind in SOLVES
                    and not customer_confirmed
                    and held.surroundings.mailable,
                    "notify_customer": notify_customer and held.surroundings.mailable,
                },
            )
        )
    return held.commitment


def withdraw(
    *,
    actor: Any,
    reference: str,
    reason: str,
    by_mail: bool,
    now: datetime,
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Take a promise back for a reason that the customer is told, by mail or in a conversation at `happened_at` (now).

    Raises Refused (Ended, Conflict): no reason, a customer who cannot be mailed.
    """
    reason = reason.strip()
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
        if not reason:
            raise Refused(gettext("Write why it is withdrawn; the customer is told this."), field="reason")
        held.actor = actor
        held.apply(acts.withdraw(held.promise, at=at))
        held.texts = {EventText.Field.MESSAGE: reason}
        facts = {"due_at": held.promise.due_at, "told": not by_mail, "notify_customer": by_mail}
        held.note(Event(EventKind.WITHDRAWN, at, facts))
    return held.commitment


def reopen(
    *,
    actor: Any,
    reference: str,
    due_at: datetime,
    now: datetime,
    by_mail: bool = False,
    happened_at: datetime | None = None,
    reason: str = "",
    version: int | None = None,
) -> Commitment:
    """Open a kept promise again with a new date, the customer told by mail or in a conversation at `happened_at` (now).

    `reason`: what the customer is told beside the date. Raises Refused for a promise that was not kept, a date that
    cannot be, or a customer who cannot be mailed.
    """
    with holding(reference=reference, now=now, version=version) as held:
        if held.promise.status is not Status.KEPT:
            raise Refused(gettext("Only a promise that was kept can be reopened."))
        at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
        ended_at = held.promise.ended_at
        if ended_at is not None and at < ended_at:
            raise Refused(gettext("That is before it was kept."), field="happened_at")
        if at <= _last_said_at(held.commitment):
            raise Refused(
                gettext("Something was said about it at that time or later; say when it was opened again."),
                field="happened_at",
            )
        check_due(due_at, made_at=at, now=now, policy=held.commitment.policy)
        held.actor = actor
        _take_over_from_who_left(held)
        held.apply(
            acts.reopen(
                held.promise,
                at=at,
                due_at=due_at,
                by_mail=by_mail,
                rules=held.rules,
                surroundings=held.surroundings,
            )
        )
        held.texts = {EventText.Field.MESSAGE: reason.strip()}
        held.note(
            Event(
                EventKind.REOPENED,
                at,
                {
                    "owner": held.commitment.owner_id,
                    "due_at": due_at,
                    "named_at": held.promise.word_deadline,
                    "told": not by_mail,
                    "notify_customer": by_mail,
                    "meets": held.promise.unconfirmed_meets,
                },
            )
        )
    return held.commitment


def _take_over_from_who_left(held: Held) -> None:
    """Let whoever opens a promise again answer for it where its owner has left. Raises Refused for an outsider."""
    commitment = held.commitment
    there = Membership.objects.filter(team=commitment.team_id, user__is_active=True)
    if there.filter(user=commitment.owner_id).exists():
        return
    if not there.filter(user=held.actor).exists():
        raise Refused(
            gettext("%(owner)s has left %(team)s: let a member of that team open it again; it will be theirs.")
            % {"owner": person(commitment.owner), "team": commitment.team}
        )
    commitment.owner = held.actor
    held.changed.add("owner")


def check_words(words: str) -> None:
    """Check the words promised. Raises Refused."""
    if not words:
        raise Refused(gettext("Write what was promised; the customer reads these words."), field="promise")
    if len(words) > PROMISE_AT_MOST:
        raise Refused(
            gettext("A promise has at most %(number)s characters.") % {"number": PROMISE_AT_MOST}, field="promise"
        )


def check_due(due_at: datetime, *, made_at: datetime, now: datetime, policy: Policy) -> None:
    """Check that a date can be promised. Raises Refused for one that has passed or is too far away."""
    if due_at <= made_at or due_at <= now:
        raise Refused(gettext("That time has passed; promise a time still to come."), field="due_at")
    if due_at - now > timedelta(days=policy.furthest_due_days):
        raise Refused(
            gettext("That is more than %(furthest_due_days)s days away; promise a nearer date.")
            % {"furthest_due_days": policy.furthest_due_days},
            field="due_at",
        )


def _last_said_at(commitment: Commitment) -> datetime:
    """Give when we or the customer last said something: what came before a reopening counts no more after it."""
    words = Word.objects.filter(commitment=commitment).aggregate(at=Max("at"))["at"]
    asks = commitment.events.filter(kind__in=[kind.value for kind in ASKS]).aggregate(at=Max("occurred_at"))["at"]
    return max(at for at in (words, asks, commitment.made_at) if at is not None)


def due_on(day: date, *, team: Team, field: str = "due_at") -> datetime:
    """Give the instant (UTC) that a date without a time means: the end of the team's last open interval on it.

    Raises Refused, for `field`, for a day on which the team is closed.
    """
    try:
        return end_of_day(day, calendar=team.calendar.to_domain())
    except BusinessTimeError as error:
        raise Refused(str(error), field=field) from error


def _only_team(owner: Any) -> Team:
    teams = list(Team.objects.filter(memberships__user=owner)[:2])
    if not teams:
        raise Refused(
            gettext("%(owner)s belongs to no team; promises are made in a team’s name.") % {"owner": person(owner)},
            field="team",
        )
    if len(teams) > 1:
        raise Refused(
            gettext("%(owner)s belongs to several teams; choose one.") % {"owner": person(owner)}, field="team"
        )
    return teams[0]


def _check_owner(owner: Any, team: Team) -> None:
    if not owner.is_active:
        raise Refused(gettext("%(owner)s has left; choose another owner.") % {"owner": person(owner)}, field="owner")
    if not Membership.objects.filter(user=owner, team=team).exists():
        raise Refused(
            gettext("%(owner)s is not a member of %(team)s.") % {"owner": person(owner), "team": team}, field="owner"
        )


def _insert(commitment: Commitment) -> None:
    """Insert under a reference nobody has; one in thousands of draws is taken when millions are stored."""
    for attempt in range(10):
        commitment.reference = new_reference()
        try:
            with transaction.atomic():
                commitment.save(force_insert=True)
        except IntegrityError as error:
            if attempt == 9 or "reference" not in str(error):
                raise
        else:
            return
