"""What the clocks of a batch of promises need to know: policies, calendars, and who acts and can be reached.

A constant number of queries a batch, however many promises are in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.contrib.auth import get_user_model

from commitments.domain import lifecycle
from commitments.domain.absences import Absences
from commitments.domain.asks import Ask
from commitments.domain.business_time import Calendar
from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import OpenEscalation, Step, Target
from commitments.domain.promise import Change, Promise
from commitments.domain.standing import Word as ClockWord
from commitments.domain.strain import WEIGHTS, StrainReason, sort_of
from commitments.domain.timeline import Event
from commitments.models import (
    Commitment,
    CommitmentEvent,
    Escalation,
    Membership,
    Policy,
    Strain,
    Team,
    Word,
    asks_of,
)
from commitments.models.timeline import ASK_KINDS
from commitments.selectors.acting_owners import read_absences

User = get_user_model()


@dataclass(frozen=True, slots=True)
class People:
    """Who is there to be told: active users, by id, and when they are away."""

    active: frozenset[int]
    supervisors: Mapping[int, tuple[int, ...]]
    members: Mapping[int, tuple[int, ...]]
    absences: Absences

    def told_by(self, step: Step, *, commitment: Commitment, at: datetime) -> tuple[int, ...]:
        """Give the ids of the users whom a step tells at `at`; people who are away then are passed over.

        For an owner who is away, whoever acts for them is told.
        """
        match step.target:
            case Target.OWNER:
                found: tuple[int, ...] = (self.absences.acting(commitment.owner_id, at=at),)
            case Target.SUPERVISORS:
                found = self.supervisors.get(commitment.team_id, ())
            case Target.PERSON:
                found = (step.target_id,) if step.target_id is not None else ()
            case Target.TEAM:
                found = self.members.get(step.target_id, ()) if step.target_id is not None else ()
        return tuple(user for user in found if user in self.active and self.absences.is_there(user, at=at))


class SurroundingsOf:
    """The rules and surroundings of each promise in a batch, read once, as they are at `now`."""

    def __init__(self, commitments: Iterable[Commitment], *, now: datetime) -> None:
        batch = list(commitments)
        self._now = now
        # Time may have steps to take that nobody took while it stood still.
        self._since = min((commitment.next_check_at or now for commitment in batch), default=now)
        self._since = min(self._since, now)
        self._owners = {commitment.owner_id for commitment in batch}
        policies = Policy.objects.filter(id__in={commitment.policy_id for commitment in batch})
        self._policies = {policy.id: policy for policy in policies.prefetch_related("steps")}
        teams = Team.objects.filter(id__in={commitment.team_id for commitment in batch}).select_related("calendar")
        self._teams = {team.id: team for team in teams.prefetch_related("calendar__closed_days")}
        # Worked out when first asked for, so that a broken one fails for its own promises alone.
        self._rules: dict[int, Rules] = {}
        self._calendars: dict[int, Calendar] = {}
        self._working: dict[tuple[int, int], Calendar] = {}
        self._escalations: dict[int, list[OpenEscalation]] = defaultdict(list)
        stored = [commitment.pk for commitment in batch if not commitment._state.adding]
        rows = Escalation.objects.filter(commitment__in=stored, ended_at__isnull=True).order_by("id")
        for row in rows:
            self._escalations[row.commitment_id].append(row.to_domain())
        self._words = self._read_words(batch)
        self._asks = self._read_asks(batch)
        self._strain = self._read_strain(batch)

    def _read_words(self, batch: list[Commitment]) -> dict[int, list[ClockWord]]:
        """Read the words of the promises that have a mail on its way: only theirs can prove void."""
        started = {commitment.pk: commitment.started_at for commitment in batch if commitment.unconfirmed_meets}
        found: dict[int, list[ClockWord]] = defaultdict(list)
        if started:
            for word in Word.objects.filter(commitment__in=started).order_by("at", "event_id"):
                if word.at >= started[word.commitment_id]:
                    found[word.commitment_id].append(word.to_domain())
        return found

    def _read_asks(self, batch: list[Commitment]) -> dict[int, list[Ask]]:
        """Read what waits for a word on the same promises: a mail that proves void leaves it waiting again."""
        unconfirmed = [commitment.pk for commitment in batch if commitment.unconfirmed_meets]
        if not unconfirmed:
            return {}
        events: dict[int, list[Any]] = defaultdict(list)
        found = CommitmentEvent.objects.filter(commitment__in=unconfirmed, kind__in=ASK_KINDS).order_by("sequence")
        for pk, *event in found.values_list("commitment_id", "id", "kind", "occurred_at", "facts"):
            events[pk].append(event)
        return {pk: asks_of(listed) for pk, listed in events.items()}

    def _read_strain(self, batch: list[Commitment]) -> dict[int, list[StrainReason]]:
        """Read what strains the customers to whom it can make a difference."""
        customers = {
            commitment.customer_id
            for commitment in batch
            if self._policies[commitment.policy_id].strain_threshold is not None
        }
        found: dict[int, list[StrainReason]] = defaultdict(list)
        if customers:
            rows = Strain.objects.filter(customer__in=customers, taken_back_at__isnull=True)
            for customer, at, weight in rows.order_by("at", "id").values_list("customer_id", "at", "weight"):
                found[customer].append(StrainReason(at=at, weight=weight))
        return found

    def take_note(self, commitment: Commitment, events: Iterable[Event]) -> None:
        """Count what has just strained a promise's customer, though it is not written yet."""
        for event in events:
            sort = sort_of(event.kind, event.facts)
            if sort is not None:
                reason = StrainReason(at=event.occurred_at, weight=WEIGHTS[sort])
                self._strain.setdefault(commitment.customer_id, []).append(reason)

    def take_owner(self, commitment: Commitment) -> None:
        """Take note of the new owner of a promise whose team and policy are still the same."""
        self._owners.add(commitment.owner_id)
        for read in ("people", "_absences", "_own_hours"):
            self.__dict__.pop(read, None)

    @cached_property
    def people(self) -> People:
        """Who is there to be told; read when the first ladder is climbed, for most acts climb none."""
        steps = [step.to_domain() for policy in self._policies.values() for step in policy.steps.all()]
        named: dict[Target, set[int]] = {target: set() for target in Target}
        for step in steps:
            if step.target_id is not None:
                named[step.target].add(step.target_id)
        supervisors: dict[int, list[int]] = defaultdict(list)
        members: dict[int, list[int]] = defaultdict(list)
        memberships = Membership.objects.filter(team__in=set(self._teams) | named[Target.TEAM], user__is_active=True)
        active = set()
        for user, team, role in memberships.order_by("user_id").values_list("user_id", "team_id", "role"):
            members[team].append(user)
            active.add(user)
            if role == Membership.Role.SUPERVISOR:
                supervisors[team].append(user)
        covers = {away.cover for rows in self._absences.by_user.values() for away in rows if away.cover is not None}
        others = self._owners | named[Target.PERSON] | covers
        active |= set(User.objects.filter(id__in=others - active, is_active=True).values_list("id", flat=True))
        return People(
            active=frozenset(active),
            absences=read_absences(users=active | self._owners, since=self._since),
            supervisors={team: tuple(users) for team, users in supervisors.items()},
            members={team: tuple(users) for team, users in members.items()},
        )

    @cached_property
    def _absences(self) -> Absences:
        """When the owners are away, and who stands in for them."""
        return read_absences(users=self._owners, since=self._since)

    @cached_property
    def _own_hours(self) -> dict[tuple[int, int], Membership]:
        """The hours of their own that those who act have, by person and team."""
        acting = {self._absences.acting(owner, at=self._now) for owner in self._owners}
        found = Membership.objects.filter(user__in=acting, team__in=set(self._teams), week__isnull=False)
        return {(membership.user_id, membership.team_id): membership for membership in found}

    def acting(self, commitment: Commitment, *, at: datetime) -> int:
        """Give the id of who acts for a promise's owner at `at`, of whom time may still have to take notice."""
        return self._absences.acting(commitment.owner_id, at=at)

    def rules(self, commitment: Commitment) -> Rules:
        """Give the rules of the policy version that the promise was made under."""
        pk = commitment.policy_id
        if pk not in self._rules:
            self._rules[pk] = self._policies[pk].to_domain()
        return self._rules[pk]

    def surroundings(self, commitment: Commitment) -> Surroundings:
        """Give what the clocks see around the promise; its customer must have been read with it."""
        customer = commitment.customer
        return Surroundings(
            calendar=self._calendar(commitment.team_id),
            working=self._working_calendar(commitment),
            customer_zone=customer.time_zone,
            mailable=commitment.goes_by_mail,
            real_news_only=customer.real_news_only,
            reaches=partial(self._reaches, commitment),
            strain=tuple(self._strain.get(commitment.customer_id, ())),
        )

    def _calendar(self, team: int) -> Calendar:
        if team not in self._calendars:
            self._calendars[team] = self._teams[team].calendar.to_domain()
        return self._calendars[team]

    def _working_calendar(self, commitment: Commitment) -> Calendar:
        """Give the hours of whoever acts now, within the team's calendar."""
        user, team = self.acting(commitment, at=self._now), commitment.team_id
        if (user, team) not in self._own_hours:
            return self._calendar(team)
        if (user, team) not in self._working:
            self._working[user, team] = self._own_hours[user, team].working_calendar(self._calendar(team))
        return self._working[user, team]

    def _reaches(self, commitment: Commitment, step: Step, at: datetime) -> bool:
        return bool(self.people.told_by(step, commitment=commitment, at=at))

    def promise(self, commitment: Commitment) -> Promise:
        """Give the pure promise with its open ladders, oldest first."""
        return commitment.to_domain(tuple(self._escalations.get(commitment.pk, ())))

    def pass_time(self, commitment: Commitment, promise: Promise, *, until: datetime, inclusive: bool = True) -> Change:
        """Let time act on the promise as read (`lifecycle.advance`), with its words while one is on its way."""
        return lifecycle.advance(
            promise,
            words=self._words.get(commitment.pk, []),
            asks=self._asks.get(commitment.pk, []),
            rules=self.rules(commitment),
            surroundings=self.surroundings(commitment),
            until=until,
            inclusive=inclusive,
        )
