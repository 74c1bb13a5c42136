"""What the words to a customer add up to: one word, and the folds of all of them.

Pure folds from values to values; how a promise changes by them is in `words`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commitments.domain.asks import Answered
from commitments.domain.promise import Promise

CORRECTED = "corrected"
"""The meaning of a word that puts right what was logged wrongly."""


@dataclass(frozen=True, slots=True)
class Word:
    """One statement to the customer as it counts now. `named_at` is the time by which it said they hear again."""

    at: datetime
    named_at: datetime
    by_person: bool
    is_missed_mail: bool = False
    is_holding_mail: bool = False
    announces_miss: bool = False
    warns: bool = False
    """Whether it says that the date may not hold, or will not."""
    asks_something: bool = False
    """Whether it is a question to the customer."""
    answers: bool = True
    """Whether it settles what the customer asked, if a person says it."""
    tells: bool = True
    """Whether it tells them bad news that was noted, if a person says it: not “nothing new”, nor a question."""
    corrects: bool = False
    """Whether it puts right what was logged wrongly: the date before it was never promised."""
    is_void: bool = False
    """It did not reach the customer."""
    is_overtaken: bool = False
    """It is void because a person's word took its place before it went; that costs no allowance."""
    has_gone: bool = True
    meets: datetime | None = None
    """The deadline that a mail was to meet."""
    old_due_at: datetime | None = None
    new_due_at: datetime | None = None
    """The date that it moves the promise to, from `old_due_at`; empty where it moves none."""
    told_at: datetime | None = None
    """When a conversation told the customer of that date as well: it stands even if this mail does not arrive."""

    @property
    def tells_bad_news(self) -> bool:
        """Whether it tells the customer of bad news that was noted; a new date does, whatever else it leaves open."""
        return self.tells and (self.answers or (self.new_due_at is not None and not self.corrects))


@dataclass(frozen=True, slots=True)
class Standing:
    """How the word clock stands by the words that count."""

    deadline: datetime
    silent_since: datetime | None
    """The beginning of a silence in which a word has been sent that did not end it."""
    last_word_at: datetime | None
    last_person_word_at: datetime | None
    holding_mails_used: int
    holding_barred: bool
    missed_mail_at: datetime | None
    miss_announced_at: datetime | None
    unconfirmed_meets: datetime | None


def standing(
    words: Sequence[Word],
    *,
    started_at: datetime,
    due_at: datetime,
    due_set_at: datetime,
    grace: timedelta,
    noted_silence: datetime | None = None,
) -> Standing:
    """Fold the words since a promise was made or reopened into how the word clock stands.

    A void word moves nothing but has used its allowance, and no second holding mail goes for one deadline before the
    next person's word. A silence
    runs from a missed deadline to the next person's word; an automatic word ends none. A deadline within the `grace`
    before a missed mail waited for that mail, unless a silence was noted at it (nobody could be mailed then).
    """
    deadline, silent_since = started_at, None
    last: Word | None = None
    person_at = missed_at = announced_at = None
    used = 0
    lost: set[datetime | None] = set()
    for word in sorted(words, key=lambda word: word.at):
        used += word.is_holding_mail and not word.is_overtaken
        if word.is_void:
            if word.is_holding_mail:
                lost.add(word.meets)
            continue
        waited_for = word.is_missed_mail and word.at - grace <= deadline and deadline != noted_silence
        if silent_since is None and deadline < word.at and not waited_for:
            silent_since = deadline
        if word.by_person:
            silent_since, used, missed_at, person_at = None, 0, None, word.at
            lost.clear()
        if word.is_missed_mail:
            missed_at = word.at
        if word.new_due_at is not None:
            # What was announced at that very instant was about the date before.
            announced_at = None
        if word.announces_miss and due_set_at <= word.at <= due_at:
            announced_at = word.at
        deadline, last = word.named_at, word
    if (last.at if last else started_at) < due_at:
        # What was named when another date held may lie beyond this one.
        deadline = min(deadline, due_at)
    return Standing(
        deadline=deadline,
        silent_since=silent_since,
        last_word_at=last.at if last else None,
        last_person_word_at=person_at,
        holding_mails_used=used,
        holding_barred=deadline in lost,
        missed_mail_at=missed_at,
        miss_announced_at=announced_at,
        unconfirmed_meets=last.meets if last and not last.has_gone else None,
    )


def answered_by(promise: Promise, words: Sequence[Word]) -> Answered:
    """Give when a person last told the customer what settles what waits; the end of a promise settles it as well."""
    said = [word for word in words if word.by_person and not word.is_void]
    ended = [promise.ended_at] if promise.ended_at is not None else []
    return Answered(
        at=max([*(word.at for word in said if word.answers), *ended], default=None),
        told_at=max([*(word.at for word in said if word.tells_bad_news), *ended], default=None),
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """What the words since the making or the last reopening say about the promised date."""

    due_at: datetime
    due_set_at: datetime
    renegotiated: int
    """How many dates were moved before they passed."""
    broken: frozenset[datetime]
    """The dates that had passed when the customer was told of the next one."""


def dates_by(words: Sequence[Word], *, promise: Promise) -> Dates:
    """Fold the words into the date that the customer was told last; the promise's own where none has moved it."""
    moves = [word for word in sorted(words, key=lambda word: word.at) if word.new_due_at is not None]
    if not moves or moves[0].old_due_at is None:
        return Dates(promise.due_at, promise.due_set_at, 0, frozenset())
    told = [(word.told_at if word.is_void else word.at, word) for word in moves]
    due_at, set_at, renegotiated = moves[0].old_due_at, promise.started_at, 0
    broken: set[datetime] = set()
    for told_at, word in sorted(((at, word) for at, word in told if at is not None), key=lambda move: move[0]):
        new_due_at = word.new_due_at
        # A date that had passed when a conversation could tell of it was never promised.
        if new_due_at is None or told_at >= new_due_at:
            continue
        if told_at <= due_at:
            renegotiated += not word.corrects
        elif not word.corrects:
            broken.add(due_at)
        due_at, set_at = new_due_at, told_at
    return Dates(due_at, set_at, renegotiated, frozenset(broken))


def has_missed_mail(words: Sequence[Word], *, due_at: datetime) -> bool:
    """Tell whether a missed mail has been planned for the date `due_at`, whatever became of it.

    It is about the latest date named before it that had passed, whatever grace the policy of that time gave.
    """
    return any(
        mail.is_missed_mail
        and due_at < mail.at
        and not any(word.new_due_at and word.at <= mail.at and due_at < word.new_due_at < mail.at for word in words)
        for mail in words
    )
