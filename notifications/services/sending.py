"""Dispatch: plan what happened, take what is due, look once more, render, send, record; until nothing is due.

The wire is touched outside every transaction. A batch goes out over one connection, and is looked at and recorded
in slices of half a second: so a check is never older than that, and a crash leaves little in doubt.
"""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.db import OperationalError
from django.db import connection as database

from commitments.models import PendingEvent
from commitments.services import links
from commitments.services.word import rename_time
from notifications import delivery, rendering
from notifications.delivery import TransportError
from notifications.domain import backoff, guard
from notifications.domain.kinds import Hold, MailState, NotSent
from notifications.domain.letter import Fault, Rendered
from notifications.models import Notification
from notifications.selectors.links import lacking
from notifications.selectors.material import Material, automatic_mails_today, read
from notifications.services import claiming, gathering, outages, planning
from notifications.services.envelopes import envelope_of
from notifications.services.recording import Result, record, release

log = structlog.get_logger(__name__)

BATCH = 50
SLICE = 0.5
"""Seconds between two looks at how things stand."""
BATCH_AT_MOST = 5.0
"""Seconds after which a batch gives back what it has not sent: a worker asked to stop has ten to finish."""
TRIAL = 5
"""So many mails are tried when the mail set-up may work again."""
RECORD_AGAIN_AFTER = (0.1, 1.0, 5.0)
"""Seconds to wait before what has gone is recorded again, when the database would not take it."""
REFUSALS_BEFORE_GIVING_UP = 3
"""So often a mail is refused in a way that may be all mail's fault before it is taken for its own."""


@dataclass(slots=True)
class DispatchCounts:
    """What one dispatch did: mails planned, and how each taking ended (by state)."""

    planned: int = 0
    held: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    outage: str = ""
    """Why no mail can leave, while that is so."""
    more_is_due: bool = False
    """Whether it stopped for want of time."""


def dispatch(
    *,
    now_source: Callable[[], datetime],
    connection: Any = None,
    batch: int = BATCH,
    at_most_seconds: float | None = None,
) -> DispatchCounts:
    """Plan and send everything that is due, reading the time from `now_source` as it goes.

    `connection`: a mail backend to send through instead of the configured one; it is left open. With
    `at_most_seconds` it stops after that time with work left; what is due stays due.
    """
    counts = DispatchCounts()
    started = time.monotonic()
    way_out = _WayOut(connection)
    try:
        claiming.tidy(now=now_source())
        while at_most_seconds is None or time.monotonic() - started < at_most_seconds:
            if not _pass(way_out, counts, batch=batch, now_source=now_source):
                break
        else:
            counts.more_is_due = True
    finally:
        way_out.close()
    return counts


def _pass(way_out: "_WayOut", counts: DispatchCounts, *, batch: int, now_source: Callable[[], datetime]) -> bool:
    """Plan all there is and send one batch; False when there is nothing more to do for now."""
    now = now_source()
    planned = _plan_all(counts, now=now)
    outage = outages.current()
    if outage is not None:
        counts.outage = outage.error
        if not outages.reserve_try(outage, now=now):
            return False
        try:
            way_out.open()
        except TransportError as error:
            counts.outage = error.message
            outages.note(error=error.message, now=now)
            return False
        batch = min(batch, TRIAL)
    gathering.gather(now=now)
    # Mostly none is due, which is far cheaper to find out than which are blocked.
    may_be_due = planned or Notification.objects.due(now=now).exists()
    taken = claiming.claim(now=now, limit=batch) if may_be_due else {}
    if taken:
        broken = _send_batch(taken, way_out=way_out, counts=counts, now_source=now_source)
        if broken is not None:
            counts.outage = broken.message
            outages.note(error=broken.message, now=now_source())
            return False
    if outage is not None and (way_out.has_sent or not taken):
        outages.over()
        counts.outage = ""
    return bool(taken) and _more_is_due(now=now_source())


def _more_is_due(*, now: datetime) -> bool:
    """Tell whether another pass would find something: cheaper than a pass that finds nothing."""
    return PendingEvent.objects.exists() or Notification.objects.due(now=now).exists()


def _plan_all(counts: DispatchCounts, *, now: datetime) -> int:
    """Plan until nothing is pending, so that no mail goes before an earlier one of its thread; give how many."""
    mails = 0
    while True:
        planned = planning.plan(now=now)
        mails += planned.mails.total()
        counts.held += planned.held
        if planned.events < planning.BATCH:
            counts.planned += mails
            return mails


class WayOut(Protocol):
    """What one mail is handed to."""

    has_sent: bool

    def send(self, material: Material, rendered: Rendered) -> str:
        """Take one mail and give the provider's id of it. Raises TransportError."""


class _WayOut:
    """The connection of one dispatch: opened with the first mail, kept for all, opened anew when it breaks off."""

    def __init__(self, given: Any) -> None:
        self.given = given
        self.own: Any = None
        self.has_sent = False

    def open(self) -> Any:
        """Give an open connection. Raises TransportError (broken set-up)."""
        if self.given is not None:
            return self.given
        if self.own is None:
            self.own = delivery.connect()
        return self.own

    def send(self, material: Material, rendered: Rendered) -> str:
        """Send one mail, over a new connection where the old one had been closed on us. Raises TransportError."""
        envelope = envelope_of(material)
        for is_last in (False, True):
            connection = self.open()
            try:
                provider_id = delivery.send(rendered, envelope, connection=connection)
            except TransportError as error:
                if error.fault is not Fault.LOST:
                    raise
                self.close()
                if error.perhaps_delivered or is_last:
                    raise
            else:
                self.has_sent = True
                return provider_id
        raise AssertionError("The second try returns or raises.")

    def close(self) -> None:
        """Close what was opened here."""
        if self.own is not None:
            delivery.close(self.own)
            self.own = None


def _send_batch(
    taken: Mapping[uuid.UUID, int],
    *,
    way_out: _WayOut,
    counts: DispatchCounts,
    now_source: Callable[[], datetime],
) -> TransportError | None:
    """Send what was taken, slice by slice, and give back what was not touched; give the error that stopped it all."""
    started = time.monotonic()
    left = dict(taken)
    try:
        now = now_source()
        links.renew(pairs=lacking(list(taken), good_until=links.renewed_until(now=now)), now=now)
        while left and time.monotonic() - started < BATCH_AT_MOST:
            now = now_source()
            current = Slice(way_out=way_out, now=now)
            try:
                current.send_all([material for material in read(list(left), now=now) if _is_ours(material, taken)])
            finally:
                # Whatever has happened: what was touched must not be given back as if it had not been, and what has
                # gone must not go again.
                for id_ in current.touched:
                    del left[id_]
                mine = _recorded(current.results, now=now)
                counts.ended.update(result.state.value for result in mine)
            if current.broken is not None:
                return current.broken
            if not current.touched:
                break
    finally:
        release(left)
    return None


def _recorded(results: Sequence[Result], *, now: datetime) -> list[Result]:
    """Record, again if need be: a deadlock or a database that is gone for a moment is no reason to send twice."""
    for wait in RECORD_AGAIN_AFTER:
        try:
            return record(results, now=now)
        except OperationalError as error:
            log.warning("mails_not_recorded_yet", error=str(error).strip(), mails=len(results))
            if not database.in_atomic_block:
                database.close_if_unusable_or_obsolete()
            time.sleep(wait)
    return record(results, now=now)


def _is_ours(material: Material, taken: Mapping[uuid.UUID, int]) -> bool:
    return material.attempt == taken[material.id]


class Slice:
    """Half a second of sending: judged by one look at how things stand, recorded together."""

    def __init__(self, *, way_out: "WayOut", now: datetime) -> None:
        self.way_out = way_out
        self.now = now
        self.results: list[Result] = []
        self.refused: list[Result] = []
        self.touched: list[uuid.UUID] = []
        self.broken: TransportError | None = None
        self.sent_today: Counter[str] = Counter()

    def send_all(self, materials: Sequence[Material]) -> None:
        """Handle mails until the time is up or the mail set-up proves broken."""
        limited = [m.facts.address for m in materials if m.is_automatic and m.facts.day_limit is not None]
        self.sent_today = automatic_mails_today(limited, now=self.now)
        started = time.monotonic()
        for material in materials:
            if self.touched and time.monotonic() - started > SLICE:
                break
            self.touched.append(material.id)
            try:
                self.handle(material)
            except TransportError as error:
                # No mail can leave: this one is given back as if it had not been taken.
                self.touched.remove(material.id)
                self.broken = error
                break
        self._judge_refusals()

    def handle(self, material: Material) -> None:
        """Look at one mail once more, then send it or say why not. Raises TransportError (broken set-up)."""
        material = gathering.look_again(material, only_to=settings.MAIL_ONLY_TO, now=self.now)
        facts = material.facts
        sent_today = self.sent_today[facts.address]
        decision = guard.decide(facts, sent_today=sent_today, only_to=settings.MAIL_ONLY_TO, now=self.now)
        if isinstance(decision, guard.NameLater):
            material, decision = self._name_later(material)
        match decision:
            case guard.Drop(reason):
                self.results.append(Result(material, MailState.SUPERSEDED, not_sent_because=reason))
            case guard.Wait(hold, until):
                state = MailState.HELD if until is None else MailState.PLANNED
                self.results.append(Result(material, state, hold=hold, allowed_from=until))
            case guard.Send(shadowed):
                self._send(material, shadowed=shadowed)

    def _name_later(self, material: Material) -> tuple[Material, guard.Drop | guard.Send]:
        """Have the time worked out again that a waiting mail would name too near."""
        if material.event is None:
            return material, guard.Drop(NotSent.TOO_LATE)
        word = rename_time(event_id=material.event, now=self.now)
        if word.state == word.State.CANCELLED:
            return material, guard.Drop(NotSent.OVERTAKEN)
        material = material.naming(word.named_at)
        if word.state != word.State.PLANNED or guard.names_too_near(material.facts, now=self.now):
            return material, guard.Drop(NotSent.TOO_LATE)
        return material, guard.Send(shadowed=material.facts.is_shadow)

    def _send(self, material: Material, *, shadowed: bool) -> None:
        try:
            rendered = rendering.render(material.letter)
        except Exception as error:  # whatever is wrong with one mail, the others go
            log.exception("mail_not_rendered", notification=str(material.id), mail=material.kind.value)
            self._try_again(material, f"It could not be written: {error}")
            return
        if shadowed:
            self._has_gone(Result(material, MailState.SHADOWED, rendered))
            return
        try:
            provider_id = self.way_out.send(material, rendered)
        except TransportError as error:
            self._not_gone(material, rendered, error)
        else:
            self._has_gone(Result(material, MailState.SENT, rendered, provider_id=provider_id))

    def _has_gone(self, result: Result) -> None:
        self.results.append(result)
        if result.material.is_automatic and result.material.to_customer:
            self.sent_today[result.material.facts.address] += 1

    def _not_gone(self, material: Material, rendered: Rendered, error: TransportError) -> None:
        match error.fault:
            case Fault.SETUP if not self.way_out.has_sent:
                raise error
            case Fault.ADDRESS:
                failed = Result(material, MailState.FAILED, rendered, error=error.message)
                self.results.append(replace(failed, address_refused=material.to_customer))
            case Fault.REFUSED:
                self.refused.append(Result(material, MailState.FAILED, rendered, error=error.message))
            case _ if error.perhaps_delivered and material.asks_if_lost and not material.possible_duplicate:
                held = Result(material, MailState.HELD, rendered, hold=Hold.LOST, error=error.message)
                self.results.append(held)
            case _ if error.perhaps_delivered and material.possible_duplicate:
                self.results.append(Result(material, MailState.UNKNOWN, rendered, error=error.message))
            case _:
                self._try_again(
                    material,
                    error.message,
                    possible_duplicate=error.perhaps_delivered or None,
                    for_the_address=error.fault is Fault.TEMPORARY,
                )

    def _try_again(
        self,
        material: Material,
        error: str,
        *,
        possible_duplicate: bool | None = None,
        for_the_address: bool = False,
    ) -> None:
        """Plan a mail again for later, or give up after a day of trying: then the address is at fault, or we are."""
        failures = material.failures + 1
        wait = backoff.wait_after(failures)
        if wait is None:
            result = Result(material, MailState.FAILED, failures=failures, error=error)
            self.results.append(replace(result, address_refused=for_the_address and material.to_customer))
            return
        again = Result(material, MailState.PLANNED, allowed_from=self.now + wait, failures=failures, error=error)
        self.results.append(replace(again, possible_duplicate=possible_duplicate))

    def _judge_refusals(self) -> None:
        """Tell a mail that nobody would take from a server that takes none of ours.

        Where others go, a refused one is at fault itself; where nothing goes, all mail waits. After a few tries a mail
        is at fault in any case, so that it cannot stop the others for ever.
        """
        for result in self.refused:
            failures = result.material.failures + 1
            if self.way_out.has_sent or failures >= REFUSALS_BEFORE_GIVING_UP:
                self.results.append(replace(result, failures=failures))
                continue
            wait = backoff.wait_for_setup(failures)
            self.results.append(
                Result(
                    result.material,
                    MailState.PLANNED,
                    allowed_from=self.now + wait,
                    failures=failures,
                    error=result.error,
                )
            )
            self.broken = self.broken or TransportError(result.error, fault=Fault.SETUP)
