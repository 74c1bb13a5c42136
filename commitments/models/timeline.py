"""The record: what happened to a promise, in order, append-only.

`CommitmentEvent` rows are facts and ids; a trigger in the database refuses to change or delete them. Personal text
stands beside them in `EventText`, so that it can be erased while the timeline stays. `Word` is what counts as having
reached the customer, and `PendingEvent` is the list of events about which somebody may have to be told.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.domain.acts import TELLS_NO_BAD_NEWS, WARNS
from commitments.domain.asks import ASKS, SETTLES_ALL, Ask
from commitments.domain.clocks import WordMeaning
from commitments.domain.standing import CORRECTED
from commitments.domain.standing import Word as ClockWord
from commitments.domain.timeline import TIMES_OWN, EventKind
from commitments.models.commitment import Commitment


class CommitmentEvent(models.Model):
    """One fact on a promise's timeline."""

    id = models.UUIDField(primary_key=True, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=32, help_text="See `commitments.domain.timeline.EventKind`.")
    occurred_at = models.DateTimeField(help_text="When it was so: for time's own, the deadline itself.")
    recorded_at = models.DateTimeField(help_text="When it was noticed or typed in.")
    sequence = models.PositiveIntegerField(null=True, help_text="Numbers people's acts on one promise.")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict, help_text="Ids and plain values; instants in ISO 8601.")

    class Meta:
        indexes = [
            models.Index(fields=["commitment", "occurred_at"], name="event_timeline"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "kind", "occurred_at"],
                condition=Q(kind__in=sorted(kind.value for kind in TIMES_OWN)),
                name="event_of_time_once",
            ),
            models.UniqueConstraint(
                fields=["commitment", "sequence"],
                condition=Q(sequence__isnull=False),
                name="event_sequence_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.kind} {self.occurred_at:%Y-%m-%d %H:%M}"


class EventText(models.Model):
    """Personal text that belongs to an event and can be erased without touching the timeline."""

    class Field(models.TextChoices):
        """What the text is."""

        PROMISE = "promise", _("Words promised")
        NEED = "need", _("What the customer needs")
        MESSAGE = "message", _("What the customer was told")
        HAPPENED = "happened", _("What has happened, as the customer was told")
        NEXT = "next", _("What happens next, as the customer was told")
        CHOICES = "choices", _("What the customer can choose or do")
        REASON = "reason", _("Why it was done")
        SAID = "said", _("What the customer said")
        NOTE = "note", _("A note for colleagues")

    event = models.ForeignKey(CommitmentEvent, on_delete=models.PROTECT, related_name="texts")
    field = models.CharField(max_length=16, choices=Field.choices)
    words = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "field"], name="event_text_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.field}"


class Word(models.Model):
    """A statement to the customer, as it counts for the word clock.

    A conversation has gone when it is recorded; a mail is `planned` until it has been handed over, and `void` when it
    did not reach the customer. `cancelled`: a person's word, or the end, took its place before it went.
    """

    class State(models.TextChoices):
        """Whether it reached the customer."""

        PLANNED = "planned", _("Planned")
        GONE = "gone", _("Gone")
        CANCELLED = "cancelled", _("Cancelled")
        VOID = "void", _("Void")

    class Sort(models.TextChoices):
        """What was said, and by whom."""

        CONVERSATION = "conversation", _("A conversation")
        UPDATE = "update", _("A person's mail")
        RECEIPT = "receipt", _("The receipt")
        HOLDING = "holding", _("A holding mail")
        MISSED = "missed", _("A missed mail")

    event = models.OneToOneField(CommitmentEvent, primary_key=True, on_delete=models.PROTECT, related_name="word")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="words")
    sort = models.CharField(max_length=16, choices=Sort.choices)
    meaning = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    named_at = models.DateTimeField(
        help_text="By when it says that the customer hears again, or an earlier time if the clocks came forward since."
    )
    meets = models.DateTimeField(null=True, help_text="The deadline that it was to meet.")
    old_due_at = models.DateTimeField(null=True, help_text="The date that it moved.")
    new_due_at = models.DateTimeField(null=True, help_text="The date that it moved the promise to.")
    answers = models.BooleanField(default=True, help_text="Whether it settles what the customer asked.")
    told_at = models.DateTimeField(null=True, help_text="When a conversation told the customer of that date as well.")
    state = models.CharField(max_length=16, choices=State.choices)
    gone_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["commitment", "at"], name="word_timeline")]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.sort} {self.state}"

    @property
    def by_person(self) -> bool:
        """Whether a person said it."""
        return self.sort in {self.Sort.CONVERSATION, self.Sort.UPDATE}

    def to_domain(self) -> ClockWord:
        """Give the pure word."""
        return ClockWord(
            at=self.at,
            named_at=self.named_at,
            by_person=self.by_person,
            is_missed_mail=self.sort == self.Sort.MISSED,
            is_holding_mail=self.sort == self.Sort.HOLDING,
            announces_miss=self.meaning == WordMeaning.WILL_MISS,
            warns=self.meaning in WARNS,
            asks_something=self.meaning == WordMeaning.QUESTION,
            answers=self.answers,
            tells=self.meaning not in TELLS_NO_BAD_NEWS,
            corrects=self.meaning == CORRECTED,
            is_void=self.state in {self.State.VOID, self.State.CANCELLED},
            is_overtaken=self.state == self.State.CANCELLED,
            has_gone=self.state == self.State.GONE,
            meets=self.meets,
            old_due_at=self.old_due_at,
            new_due_at=self.new_due_at,
            told_at=self.told_at,
        )


class PendingEvent(models.Model):
    """An event about which somebody may have to be told; deleted when that has been planned."""

    event = models.OneToOneField(CommitmentEvent, primary_key=True, on_delete=models.PROTECT, related_name="pending")
    noted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.event_id)


FORGETS = {EventKind.THANKED: "message", EventKind.SPLIT_OFF: "settles", EventKind.ANSWER_TAKEN_BACK: "event"}
"""Kinds by which something needs no answer any more, and the fact that says what, if anything."""
ASK_KINDS = tuple(kind.value for kind in (*ASKS, *FORGETS, *sorted(SETTLES_ALL)))
"""What has to be read for `asks_of`."""


def asks_of(events: Iterable[tuple[uuid.UUID, str, datetime, Mapping[str, Any]]]) -> list[Ask]:
    """Give what a promise's events (id, kind, occurred_at, facts) leave waiting, in the order in which they were noted.

    Thanks need no answer, nor does what another promise answers, or was taken back.
    """
    waiting: dict[str, list[Ask]] = {}
    for event, kind, occurred_at, facts in events:
        if kind in SETTLES_ALL:
            waiting.clear()
        elif kind in FORGETS:
            waiting.pop(facts[FORGETS[EventKind(kind)]], None)
        elif facts.get("needs_answer", True):
            waiting[str(event)] = [Ask(occurred_at, sort) for sort in ASKS[EventKind(kind)]]
    return [ask for asks in waiting.values() for ask in asks]


def clock_asks(commitment: Commitment, *, without: uuid.UUID | None = None) -> list[Ask]:
    """Read what was asked or noted since the promise was made, ended or last reopened and waits for a word, or did.

    `without`: a message that is about to be marked as thanks, split off or taken back.
    """
    events = CommitmentEvent.objects.filter(commitment=commitment, kind__in=ASK_KINDS)
    if without is not None:
        events = events.exclude(pk=without)
    return asks_of(events.order_by("sequence").values_list("id", "kind", "occurred_at", "facts"))


def clock_words(commitment: Commitment) -> list[Any]:
    """Read the words that count since the promise was made or last reopened, earliest first."""
    words = Word.objects.filter(commitment=commitment, at__gte=commitment.started_at).order_by("at", "event_id")
    return [word.to_domain() for word in words]
