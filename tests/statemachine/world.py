"""The people, policies and calendars among whom a random life is lived, and a way out for its mail."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMessage

from commitments.domain.business_time import Duration
from commitments.domain.escalation import Target, Trigger
from commitments.models import EscalationStep, Kind, Policy, Team
from tests import factories
from tests.factories import ALWAYS, OFFICE_HOURS

LADDERS: Sequence[Sequence[tuple[str, Target, str | None]]] = (
    (("0min", Target.OWNER, None), ("1bh", Target.SUPERVISORS, "4bh")),
    (("30min", Target.OWNER, "2h"),),
    (),
)


@dataclass(frozen=True)
class Place:
    """A team with two agents and a supervisor, under one policy."""

    team: Team
    kind: str
    agents: tuple[Any, Any]


@dataclass
class World:
    """Everything that is there before a life begins."""

    leader: Any
    places: list[Place] = field(default_factory=list)


def build() -> World:
    """Make teams that differ in calendar, cadence, allowance and ladder."""
    world = World(leader=factories.user(is_superuser=True))
    choices: list[dict[str, Any]] = [
        {"cadence": "1bd", "holding_mails": 1, "ladder": LADDERS[0], "week": OFFICE_HOURS},
        {"cadence": "4h", "holding_mails": 2, "ladder": LADDERS[1], "week": ALWAYS},
        {"cadence": "20min", "holding_mails": 1, "ladder": LADDERS[0], "week": ALWAYS, "round_to_minutes": 0},
        {"cadence": "4bh", "holding_mails": 0, "ladder": LADDERS[2], "week": OFFICE_HOURS, "reminders": ()},
        {"cadence": "4h", "holding_mails": 1, "ladder": LADDERS[1], "week": ALWAYS, "kind": Kind.CALLBACK},
        {"cadence": "1h", "holding_mails": 1, "ladder": LADDERS[0], "week": ALWAYS, "waking_from": None},
    ]
    for choice in choices:
        ladder, week, kind = choice.pop("ladder"), choice.pop("week"), choice.pop("kind", Kind.FIX)
        team = factories.team(week=week, voicemail_is_word=kind == Kind.CALLBACK)
        policy = factories.policy(team=team, kind=kind, **choice)
        _hang(policy, ladder)
        agents = (factories.agent(team=team), factories.agent(team=team, first_name="Ben", last_name="Okafor"))
        world.places.append(Place(team, kind, agents))
        factories.supervisor(team=team)
    return world


def _hang(policy: Policy, ladder: Sequence[tuple[str, Target, str | None]]) -> None:
    policy.steps.all().delete()
    EscalationStep.objects.bulk_create(
        EscalationStep(
            policy=policy,
            trigger=trigger.value,
            position=place,
            after=Duration.parse(after),
            target=target.value,
            repeat_every=Duration.parse(again) if again else None,
        )
        for trigger in Trigger
        for place, (after, target, again) in enumerate(ladder)
    )


FATES = ("goes", "goes", "goes", "refused", "later", "lost", "broken")


class WayOut:
    """A mail server of one's own, which does with the next mails what it is told to."""

    def __init__(self) -> None:
        self.fates: list[str] = []
        self.sent: list[str] = []

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Take mails, or fail as a server does."""
        fate = self.fates.pop(0) if self.fates else "goes"
        for message in messages:
            address = message.to[0]
            if fate == "refused":
                raise smtplib.SMTPRecipientsRefused({address: (550, b"5.1.1 No such user")})
            if fate == "later":
                raise smtplib.SMTPRecipientsRefused({address: (450, b"4.2.1 Try again later")})
            if fate == "lost":
                raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
            if fate == "broken":
                raise smtplib.SMTPSenderRefused(451, b"4.3.0 Out of order", "kept@kept.example")
            self.sent.append(message.extra_headers["Message-ID"])
        return len(messages)

    def close(self) -> None:
        """Say goodbye."""
