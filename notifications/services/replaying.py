"""A real help desk's log, lived through by Kept: what would have been promised, broken, said and left unsaid.

The log's incidents (`commitments.domain.incident_log`) go through the services of live work on a simulated clock, in
a private database and with a mail connection that keeps nothing. docs/replay.md tells the policy and the results.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.core.mail.backends.dummy import EmailBackend
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target, Trigger
from commitments.domain.incident_log import Act as LoggedAct
from commitments.domain.incident_log import ActKind, Incident
from commitments.domain.promise import Outcome
from commitments.domain.timeline import EventKind
from commitments.models import (
    BusinessCalendar,
    Commitment,
    CommitmentEvent,
    Customer,
    EscalationStep,
    Kind,
    Membership,
    Policy,
    Team,
    Word,
)
from commitments.services.handoff import accept_handoff, offer_handoff
from commitments.services.promising import keep, make_promise, reopen
from commitments.services.word import give_word
from notifications.services.simulation import Act, live_through

User = get_user_model()

ALWAYS_OPEN = [[["00:00", "24:00"]]] * 7
SERVICE_DESK = "Service desk"
"""Who owns an incident of which no group is known."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one incident; the fields are the columns of the results file, in their order."""

    number: str
    made_at: datetime
    due_at: datetime
    kept_at: datetime | None
    outcome: Outcome
    times_broken: int
    holding_mails: int
    missed_mails: int
    silent_count: int
    silent_seconds: int
    handoffs: int
    times_reopened: int

    def as_row(self) -> list[str]:
        """Write the fields as text: instants in ISO 8601 UTC, an empty `kept_at` where it was never kept."""
        values = [getattr(self, name) for name in Result.__slots__]
        return [
            value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else "" if value is None else str(value)
            for value in values
        ]


@contextmanager
def private_database() -> Iterator[None]:
    """Put an empty database in memory in the place of the installation's, and put that back at the end."""
    private = ConnectionHandler(
        {
            DEFAULT_DB_ALIAS: {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": ":memory:",
                "OPTIONS": {"transaction_mode": "IMMEDIATE"},
            }
        }
    )
    real = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = private[DEFAULT_DB_ALIAS]
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections[DEFAULT_DB_ALIAS] = real


def replay(incidents: Sequence[Incident]) -> list[Result]:
    """Live through the incidents in the database at hand, and give what became of each, in their order."""
    cast = _Cast(incidents)
    acts = [act for incident in incidents for act in _acts(incident, cast)]
    live_through(acts, until=max(incident.last_at for incident in incidents), connect=_nowhere)
    return _results(incidents)


def _nowhere(_: datetime) -> EmailBackend:
    """Give a mail connection that takes every mail and keeps none: each counts as delivered at once."""
    return EmailBackend()


class _Cast:
    """The people and the policy of a replay."""

    def __init__(self, incidents: Sequence[Incident]) -> None:
        start = min(incident.opened_at for incident in incidents)
        groups = sorted(
            {SERVICE_DESK}
            | {incident.group for incident in incidents if incident.group}
            | {act.group for incident in incidents for act in incident.acts if act.group}
        )
        calendar = BusinessCalendar.objects.create(name="Always open", zone="UTC", week=ALWAYS_OPEN)
        self.team = Team.objects.create(name="Replay", calendar=calendar)
        self.owners = {name: User(username=f"group-{index}", last_name=name) for index, name in enumerate(groups)}
        User.objects.bulk_create(self.owners.values())
        Membership.objects.bulk_create(Membership(user=user, team=self.team) for user in self.owners.values())
        callers = sorted({incident.caller for incident in incidents})
        self.customers = {
            name: Customer(name=name, email=f"caller-{index}@example.invalid", created_at=start)
            for index, name in enumerate(callers)
        }
        Customer.objects.bulk_create(self.customers.values())
        policy = Policy.objects.create(
            team=self.team,
            kind=Kind.FIX,
            created_at=start,
            cadence=Duration.elapsed(timedelta(hours=24)),
            reminders=(),
            ask_lead=Duration.elapsed(timedelta(0)),
            holding_mails=1,
            holding_lead=Duration.elapsed(timedelta(minutes=10)),
            facts_max_age=None,
            missed_grace=Duration.elapsed(timedelta(minutes=10)),
            recovery=Duration.elapsed(timedelta(hours=2)),
            round_to_minutes=0,
            waking_from=None,
            waking_until=None,
            reply_time=None,
            strain_threshold=None,
            automatic_mails_a_day=None,
            named_time_at_least_minutes=0,
        )
        EscalationStep.objects.bulk_create(
            EscalationStep(
                policy=policy,
                trigger=trigger.value,
                position=0,
                after=Duration.elapsed(timedelta(0)),
                target=Target.OWNER.value,
            )
            for trigger in Trigger
        )


def _acts(incident: Incident, cast: _Cast) -> Iterator[Act]:
    """Turn one incident into acts on its promise, in order; they share the promise's reference."""
    promise: dict[str, str] = {}

    def open_it(now: datetime) -> None:
        promise["reference"] = make_promise(
            actor=cast.owners[incident.group or SERVICE_DESK],
            customer=cast.customers[incident.caller],
            kind=Kind.FIX,
            promise=f"Fix {incident.number}",
            due_at=now + incident.due_after,
            channel=Commitment.Channel.PHONE,
            case_ref=incident.number,
            now=now,
        ).reference

    yield Act(incident.opened_at, open_it)
    for act in incident.acts:
        yield Act(act.at, _doing(act, incident, cast, promise))


def _doing(act: LoggedAct, incident: Incident, cast: _Cast, promise: dict[str, str]) -> Callable[[datetime], None]:
    def do(now: datetime) -> None:
        reference = promise["reference"]
        match act.kind:
            case ActKind.REOPEN:
                reopen(actor=None, reference=reference, due_at=now + incident.due_after, now=now)
            case ActKind.HAND_OVER:
                offer_handoff(actor=None, reference=reference, to=cast.owners[act.group], now=now)
                accept_handoff(actor=cast.owners[act.group], reference=reference, told=True, now=now)
            case ActKind.ASK:
                give_word(
                    actor=None,
                    reference=reference,
                    now=now,
                    meaning=WordMeaning.QUESTION,
                    by_mail=False,
                    message="We need something from you.",
                )
            case ActKind.KEEP:
                keep(actor=None, reference=reference, now=now)

    return do


def _results(incidents: Sequence[Incident]) -> list[Result]:
    """Read what became of each incident from the record, up to the instant of its last row."""
    rows = {row.case_ref: row for row in Commitment.objects.filter(case_ref__in=[i.number for i in incidents])}
    events: dict[int, list[CommitmentEvent]] = defaultdict(list)
    for event in CommitmentEvent.objects.order_by("occurred_at", "id"):
        events[event.commitment_id].append(event)
    mails: dict[int, list[Word]] = defaultdict(list)
    for word in Word.objects.filter(state=Word.State.GONE, sort__in=[Word.Sort.HOLDING, Word.Sort.MISSED]):
        mails[word.commitment_id].append(word)
    return [
        _result(incident, rows[incident.number], events[row.pk], mails[row.pk])
        for incident in incidents
        for row in [rows[incident.number]]
    ]


def _result(incident: Incident, commitment: Commitment, events: list[CommitmentEvent], mails: list[Word]) -> Result:
    def times(kind: EventKind) -> list[datetime]:
        return [event.occurred_at for event in events if event.kind == kind]

    def by_time(kind: EventKind) -> list[datetime]:
        return [at for at in times(kind) if at < incident.last_at]

    begun, ended = by_time(EventKind.BECAME_SILENT), times(EventKind.SILENCE_ENDED)
    ends = [*ended, *[incident.last_at] * (len(begun) - len(ended))]
    kept = times(EventKind.KEPT)
    sent = [word.sort for word in mails if word.at < incident.last_at]
    return Result(
        number=incident.number,
        made_at=commitment.made_at,
        due_at=commitment.due_at,
        kept_at=kept[-1] if kept else None,
        outcome=commitment.outcome,
        times_broken=len(by_time(EventKind.BECAME_OVERDUE)),
        holding_mails=sent.count(Word.Sort.HOLDING),
        missed_mails=sent.count(Word.Sort.MISSED),
        silent_count=len(begun),
        silent_seconds=int(
            sum((end - start for start, end in zip(begun, ends, strict=True)), timedelta()).total_seconds()
        ),
        handoffs=len(times(EventKind.HANDOFF_ACCEPTED)),
        times_reopened=len(times(EventKind.REOPENED)),
    )
