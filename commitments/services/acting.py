"""How one act on one promise is done: hold the row, let time pass up to the act, change it, record it.

Every service that acts on an existing promise goes this way, so that none forgets the lock, the version or time.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain import lifecycle
from commitments.domain.asks import Ask
from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.promise import Change, Promise
from commitments.domain.timeline import PEOPLES_ACTS, Event
from commitments.models import Commitment, CommitmentEvent, Membership, Team, clock_asks, clock_words, leads
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services import recording
from commitments.services.refusals import Conflict, Ended, Refused

BACK_DATING = timedelta(hours=4)
"""How far back an agent may date an act; a supervisor may go further."""


@dataclass(slots=True)
class Held:
    """One promise, locked, with time advanced up to the moment of recording."""

    commitment: Commitment
    before: Promise
    promise: Promise
    batch: SurroundingsOf
    now: datetime
    events: list[Event] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    texts: Mapping[str, str] = field(default_factory=dict)
    actor: Any = None

    @property
    def rules(self) -> Rules:
        """The rules of its policy version."""
        return self.batch.rules(self.commitment)

    @property
    def surroundings(self) -> Surroundings:
        """What its clocks see around it."""
        return self.batch.surroundings(self.commitment)

    def require_open(self) -> None:
        """Raise Ended unless the promise is still to be kept."""
        if not self.promise.is_open:
            raise Ended(self.commitment)

    def told_at(self, *, by_mail: bool, happened_at: datetime | None, actor: Any) -> datetime:
        """Give when the customer is told: now by mail, or in a conversation at `happened_at` (now).

        Raises Refused for a customer who cannot be mailed, and as `when_it_happened` does.
        """
        if not by_mail:
            return when_it_happened(happened_at, actor=actor, commitment=self.commitment, now=self.now)
        if not self.surroundings.mailable:
            raise Refused(
                gettext("This customer cannot be mailed; call them, then record the conversation."), field="by_mail"
            )
        return self.now

    def apply(self, change: Change) -> None:
        """Take the next state and its events."""
        self.promise, happened = change
        self.events += happened

    def do(self, act: Callable[..., Change], *, asks: Sequence[Ask] | None = None, **given: Any) -> None:
        """Apply an act of the domain to what is `given`, all that has been said, and what the clocks run by.

        `asks` are read where they are not given.
        """
        self.apply(
            act(
                self.promise,
                words=clock_words(self.commitment),
                asks=clock_asks(self.commitment) if asks is None else asks,
                rules=self.rules,
                surroundings=self.surroundings,
                **given,
            )
        )

    def note(self, event: Event) -> None:
        """Put one more event on the timeline."""
        self.events.append(event)


@contextmanager
def holding(*, now: datetime, version: int | None = None, **lookup: Any) -> Iterator[Held]:
    """Hold one promise for an act, and record what the body did to it when it ends without an exception.

    What time has done until then is recorded first: the act finds words, ladders and offers as time has left them.
    Raises Commitment.DoesNotExist, and Conflict when `version` is given and has moved on. An act may depend on the
    row's version only through people's acts: time's own leave it alone.
    """
    with transaction.atomic():
        commitment = locked().get(**lookup)
        if version is not None and version != commitment.version:
            raise Conflict(commitment)
        batch = SurroundingsOf([commitment], now=now)
        promise = _let_time_pass(commitment, batch, now=now)
        held = Held(commitment=commitment, before=promise, promise=promise, batch=batch, now=now)
        yield held
        record(held)


def _let_time_pass(commitment: Commitment, batch: SurroundingsOf, *, now: datetime) -> Promise:
    """Record what time has done to a promise up to now, and give the promise as that leaves it."""
    passage = recording.time_until(commitment, surroundings=batch, now=now)
    if passage.events:
        recording.write([passage], surroundings=batch, now=now)
        batch.take_note(commitment, passage.events)
    return passage.after


def locked() -> Any:
    """Give the promises for an act: the rows locked where the database locks rows, then their customers read.

    Not in one statement: a row that was waited for and is another customer's by then would be left out of a join.
    """
    rows = Commitment.objects.prefetch_related("customer")
    return rows.select_for_update() if connection.features.has_select_for_update else rows


def record(held: Held) -> list[CommitmentEvent]:
    """Write what was done to a held promise, and ring for whoever has to be told."""
    acts = sum(event.kind in PEOPLES_ACTS for event in held.events)
    if acts:
        held.commitment.version += acts
        held.changed.add("version")
    next_check_at = lifecycle.next_check_at(held.promise, rules=held.rules, surroundings=held.surroundings)
    passage = recording.Passage(
        commitment=held.commitment,
        before=held.before,
        after=held.promise,
        events=held.events,
        next_check_at=next_check_at,
        actor=held.actor,
        texts=held.texts,
        changed=held.changed,
    )
    written = recording.write([passage], surroundings=held.batch, now=held.now).events
    doorbell.ring("commitments.sweep", "notifications.dispatch")
    return written


def when_it_happened(happened_at: datetime | None, *, actor: Any, commitment: Commitment, now: datetime) -> datetime:
    """Check when an act is said to have happened, and give it; `now` if nothing is said.

    Raises Refused for the future, for a time before the promise was made, and for further back than an agent may.
    """
    if happened_at is None:
        return now
    if happened_at > now:
        raise Refused(gettext("That is in the future; say when it happened."), field="happened_at")
    # Pages write whole minutes: the very minute of making is not before it.
    if happened_at < commitment.started_at.replace(second=0, microsecond=0):
        raise Refused(gettext("That is before the promise was made."), field="happened_at")
    if now - happened_at > BACK_DATING and not supervises(actor, commitment):
        raise Refused(gettext("That is more than 4 hours ago; ask a supervisor to record it."), field="happened_at")
    return max(happened_at, commitment.started_at)


def supervises(actor: Any, commitment: Commitment) -> bool:
    """Tell whether `actor` supervises the promise's team, or leads."""
    return actor is None or Commitment.objects.supervised_by(actor).filter(pk=commitment.pk).exists()


def supervises_team(actor: Any, team: Team) -> bool:
    """Tell whether `actor` supervises a team, or leads."""
    return (
        actor is None
        or leads(actor)
        or Membership.objects.filter(user=actor, team=team, role=Membership.Role.SUPERVISOR).exists()
    )
