"""What would be mailed: an act is done, its mails are planned, judged and written by the code that does it, all undone.

Nothing is stored, nobody is rung, no version moves. What is shown is what goes a moment later by the same act, but for
ids, links and the clock.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, PendingEvent
from commitments.selectors.story import look_ahead
from commitments.services import links
from commitments.services.acting import holding
from commitments.services.refusals import Refused
from notifications import rendering
from notifications.domain.kinds import Hold, MailKind, MailState, NotSent
from notifications.domain.letter import Letter, Rendered
from notifications.models import Notification
from notifications.selectors.links import lacking
from notifications.selectors.material import Material, read
from notifications.services import planning
from notifications.services.envelopes import envelope_of
from notifications.services.recording import Result
from notifications.services.sending import Slice

LOCKED_AT_MOST = "2s"
"""So long a preview waits for whoever is acting on the promise; it gives up rather than queue in front of others."""
LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's word for that."""
TRIED_TOGETHER = 25
"""So many acts are tried in one transaction."""


@dataclass(frozen=True, slots=True)
class PreviewedMail:
    """One mail to a customer or a watcher, as it would go."""

    kind: MailKind
    reference: str
    to_name: str
    to_address: str
    from_name: str
    is_copy: bool
    """Whether it goes to somebody beside the promise's customer."""
    rendered: Rendered
    state: MailState
    """Sent, shadowed, superseded (not sent), or planned and held where it would have to wait."""
    hold: Hold | None
    allowed_from: datetime | None
    not_sent_because: NotSent | None
    error: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The mails to customers that an act brings about, the promise's own customer first."""

    mails: tuple[PreviewedMail, ...]
    nobody_because: str
    """Why no customer is mailed, as the end of a sentence; empty where one is."""


@dataclass(frozen=True, slots=True)
class PreviewedAct:
    """One of several acts: its mails, or why it cannot be done. `commitment`: the promise as the act leaves it."""

    commitment: Commitment | None
    preview: Preview | None
    refused: Refused | None = None


class _NowhereOut:
    """Where mails go that are not to go."""

    has_sent = False

    def send(self, material: Material, rendered: Rendered) -> str:
        """Take a mail and do nothing with it."""
        return ""


def preview(do: Callable[[], Commitment], *, now: datetime) -> Preview:
    """Say what would be mailed to customers if `do` were done at `now`, and leave no trace of it.

    `do` acts through the services and gives the promise as it is then. Raises Refused as the act does, and where
    somebody else is acting on the promise.
    """
    try:
        with transaction.atomic(), doorbell.muted():
            _wait_only_briefly()
            noted_before = list(PendingEvent.objects.filter(noted_at=now).values_list("event_id", flat=True))
            commitment = do()
            noted = PendingEvent.objects.filter(noted_at=now).exclude(event__in=noted_before)
            found = _mails(list(noted.values_list("event_id", flat=True)), now=now)
            because = "" if found else _nobody_because(commitment, now=now)
            transaction.set_rollback(True)
    except OperationalError as error:
        if not _is_locked(error):
            raise
        raise _being_changed() from error
    return Preview(mails=tuple(found), nobody_because=because)


def preview_each(acts: Sequence[Callable[[], Commitment]], *, now: datetime) -> tuple[PreviewedAct, ...]:
    """Say of each of several acts, about a promise each, what would be mailed or why it cannot be done; leave no trace.

    Their mails are planned, judged and written together, so that many cost hardly more than their acts. No more than
    `TRIED_TOGETHER` are tried in one transaction: nobody waits long for what it holds. Raises Refused where somebody
    else holds the database.
    """
    found: list[PreviewedAct] = []
    try:
        for start in range(0, len(acts), TRIED_TOGETHER):
            found += _try_together(acts[start : start + TRIED_TOGETHER], now=now)
    except OperationalError as error:
        if not _is_locked(error):
            raise
        raise _being_changed() from error
    return tuple(found)


def _try_together(acts: Sequence[Callable[[], Commitment]], *, now: datetime) -> list[PreviewedAct]:
    with transaction.atomic(), doorbell.muted():
        _wait_only_briefly()
        noted_before = list(PendingEvent.objects.filter(noted_at=now).values_list("event_id", flat=True))
        tried = [_try(act) for act in acts]
        noted = PendingEvent.objects.filter(noted_at=now).exclude(event__in=noted_before)
        mails: dict[str, list[PreviewedMail]] = {}
        for mail in _mails(list(noted.values_list("event_id", flat=True)), now=now):
            mails.setdefault(mail.reference, []).append(mail)
        found = []
        for outcome in tried:
            if isinstance(outcome, Refused):
                found.append(PreviewedAct(None, None, outcome))
                continue
            its = tuple(mails.get(outcome.reference, ()))
            because = "" if its else _nobody_because(outcome, now=now)
            found.append(PreviewedAct(outcome, Preview(its, because)))
        transaction.set_rollback(True)
    return found


def _try(do: Callable[[], Commitment]) -> Commitment | Refused:
    try:
        with transaction.atomic():
            return do()
    except Refused as refused:
        return refused
    except OperationalError as error:
        if not _is_locked(error):
            raise
        return _being_changed()


def preview_next(*, commitment: Commitment, now: datetime) -> tuple[datetime, Preview] | None:
    """Say what goes to customers by itself next if nobody acts, and when that is due; nothing where nothing goes.

    Time is let pass up to then by the code that does so in earnest, and all of it is undone.
    """
    ahead = look_ahead(commitment=commitment, now=now)
    due_at = next((step.at for step in ahead if step.kind in planning.BY_ITSELF), None)
    if due_at is None:
        return None
    # A deadline has passed only after its instant: who acts on the dot is on time.
    at = due_at + timedelta(microseconds=1)

    def wait() -> Commitment:
        with holding(pk=commitment.pk, now=at) as held:
            return held.commitment

    return due_at, preview(wait, now=at)


def as_it_stands(mail: Notification, *, now: datetime) -> Rendered | None:
    """Write a customer's mail that waits as it would read if it went at `now`, and leave no trace of it.

    Nothing for a mail that is over, or is for a colleague.
    """
    if not mail.to_customer or mail.is_finished:
        return None
    with transaction.atomic():
        links.issue(pairs=lacking([mail.pk], good_until=links.renewed_until(now=now)), now=now)
        (material,) = read([mail.pk], now=now)
        transaction.set_rollback(True)
    return rendering.render(material.letter)


def _wait_only_briefly() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCKED_AT_MOST])


def _being_changed() -> Refused:
    return Refused(gettext("Somebody is changing this promise just now; try again in a moment."))


def _is_locked(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE or "locked" in str(error)


def _mails(events: list[uuid.UUID], *, now: datetime) -> list[PreviewedMail]:
    """Plan and write what some events call for, as far as it is for customers."""
    rows = [row for row in planning.mails_about(events, now=now) if row.to_customer]
    Notification.objects.bulk_create(rows)
    links.issue(pairs=lacking([row.pk for row in rows], good_until=links.renewed_until(now=now)), now=now)
    waits = {row.pk: row for row in rows if row.allowed_from > now}
    left = read([row.pk for row in rows], now=now)
    results = [
        Result(material, MailState.PLANNED, hold=Hold(row.hold), allowed_from=row.allowed_from)
        for material in left
        if (row := waits.get(material.id)) is not None
    ]
    left = [material for material in left if material.id not in waits]
    while left:
        # One slice ends with its half second; a slow machine needs several.
        looked_at = Slice(way_out=_NowhereOut(), now=now)
        looked_at.send_all(left)
        results += looked_at.results
        left = left[len(looked_at.touched) :]
    places = {row.pk: place for place, row in enumerate(rows)}
    results.sort(key=lambda result: places[result.material.id])
    return [_previewed(found, found.material.letter) for found in results if isinstance(found.material.letter, Letter)]


def _previewed(result: Result, letter: Letter) -> PreviewedMail:
    material = result.material
    envelope = envelope_of(material)
    # What waits is written when it goes; as things stand it reads so.
    rendered = rendering.render(letter) if result.hold is not None else result.rendered
    return PreviewedMail(
        kind=material.kind,
        reference=letter.reference,
        to_name=letter.customer,
        to_address=material.facts.address,
        from_name=envelope.from_name,
        is_copy=material.is_copy,
        rendered=rendered,
        state=result.state,
        hold=result.hold,
        allowed_from=result.allowed_from,
        not_sent_because=result.not_sent_because,
        error=result.error,
    )


def _nobody_because(commitment: Commitment, *, now: datetime) -> str:
    """Say why an act that might have mailed the customer does not."""
    customer = commitment.customer
    acts = CommitmentEvent.objects.filter(commitment=commitment, recorded_at=now, sequence__isnull=False)
    latest = acts.order_by("-sequence").first()
    if latest is not None and latest.kind == EventKind.RISK_NOTED:
        return gettext("this only notes it for colleagues; the customer still has to be told")
    if commitment.contact_route == Commitment.ContactRoute.PHONE:
        return gettext("%(customer)s hears from us by phone only") % {"customer": customer.name}
    if not customer.email:
        return gettext("no mail address of %(customer)s is known") % {"customer": customer.name}
    if customer.do_not_mail:
        return gettext("%(customer)s may not be mailed: %(do_not_mail)s") % {
            "customer": customer.name,
            "do_not_mail": customer.get_do_not_mail_display().lower(),
        }
    if latest is not None and latest.facts.get("told"):
        return gettext("you have told %(customer)s yourself") % {"customer": customer.name}
    return gettext("you have not asked for a mail")
