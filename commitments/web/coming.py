"""What time does to a promise next if nobody acts, as sentences that a person reads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from commitments.domain.timeline import EventKind
from commitments.selectors.story import Coming
from commitments.web.sentences import LOOKS
from commitments.web.telling import TRIGGERS, Write, listed
from commitments.web.times import in_zone


@dataclass(frozen=True, slots=True)
class Ahead:
    """One line about what comes next by itself."""

    at: datetime
    icon: str
    tone: str
    words: str
    to_customer: bool = False


def ahead_of(coming: tuple[Coming, ...], *, zone: str, now: datetime) -> list[Ahead]:
    """Write what comes next by itself, with times in `zone`."""

    def write(instant: Any) -> str:
        return in_zone(instant, zone=zone, now=now)

    return [_ahead(step, write=write) for step in coming]


def _ahead(step: Coming, *, write: Write) -> Ahead:
    icon, tone = LOOKS.get(step.kind, ("clock", "plain"))
    told = {"people": listed(step.told)}
    number = len(step.told)
    to_customer = False
    match step.kind:
        case EventKind.REMINDER_DUE:
            words = (
                ngettext("%(people)s is reminded of the date", "%(people)s are reminded of the date", number) % told
                if number
                else gettext("The owner is reminded of the date")
            )
        case EventKind.WORD_ASKED:
            words = (
                ngettext(
                    "%(people)s is asked: are you still on it?", "%(people)s are asked: are you still on it?", number
                )
                % told
                if number
                else gettext("The owner is asked: are you still on it?")
            )
        case EventKind.HOLDING_MAIL_PLANNED:
            words = gettext("The customer gets a holding mail: you hear again by %(at)s") % {
                "at": write(step.facts["named_at"])
            }
            to_customer = True
        case EventKind.MISSED_MAIL_PLANNED:
            words = gettext("The customer gets a mail that we missed our promise: a person is in touch by %(at)s") % {
                "at": write(step.facts["named_at"])
            }
            to_customer = True
        case EventKind.BECAME_OVERDUE:
            words = gettext("The date passes: overdue")
        case EventKind.BECAME_SILENT:
            words = gettext("Silent: from here only a person’s word helps")
        case EventKind.WORD_MISSED:
            words = gettext("The time that we named passes without word")
        case EventKind.BECAME_UNANSWERED:
            words = gettext("The customer has waited too long for an answer")
        case EventKind.BAD_NEWS_UNTOLD:
            words = gettext("The customer should have been told the bad news by now")
        case EventKind.HANDOFF_LAPSED:
            words = gettext("The handoff lapses: nobody has accepted it")
        case EventKind.ANSWER_NOT_GIVEN:
            words = gettext("The owner is asked to move the date: the customer has not answered")
        case _:
            cause = next(words for trigger, words in TRIGGERS.items() if trigger.step_kind is step.kind)
            words = (
                ngettext("%(people)s is told that %(cause)s", "%(people)s are told that %(cause)s", number)
                if number
                else gettext("There is nobody to tell that %(cause)s")
            ) % {**told, "cause": cause}
    return Ahead(at=step.at, icon=icon, tone=tone, words=words, to_customer=to_customer)
