"""What time did to a promise and what became of its mails, as sentences: one writer for each kind of event."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models.people import person
from commitments.web.telling import TRIGGERS, Telling, cause_of, listed, reason_of

NOT_BROKEN = {
    "renegotiated": _("The customer had been told of a new date before this one passed"),
    "corrected": _("The date had been logged wrongly"),
    "not_told": _("The customer was never told of this date"),
}
MAILS = {
    "promised": _("The receipt"),
    "holding": _("The holding mail"),
    "update": _("The update"),
    "missed": _("The “we missed our promise” mail"),
    "renegotiated": _("The mail with the new date"),
    "kept": _("The mail that it is kept"),
    "withdrawn": _("The mail that it is withdrawn"),
    "handed_over": _("The mail about who looks after it now"),
    "reopened": _("The mail that it is open again"),
    "corrected": _("The mail that puts it right"),
    "aftercare": _("The question whether it is solved"),
    "reminder": _("The reminder"),
    "still_on_it": _("The question “still on it?”"),
    "overdue": _("The overdue notice"),
    "silent": _("The silence notice"),
    "unanswered": _("The notice that the customer waits"),
    "disputed": _("The notice that it is not solved"),
    "untold": _("The notice about bad news not told"),
    "handoff_lapsed": _("The notice that nobody took it over"),
    "handoff_offered": _("The question to take it over"),
    "answer_not_given": _("The question to move the date"),
    "call_instead": _("The request to call"),
    "lost_mail": _("The question whether a mail went"),
    "undeliverable": _("The notice that mail does not arrive"),
}
RETIMED = {
    "calendar": _("The team’s calendar changed"),
    "policy": _("It runs by a newer policy"),
    "cadence": _("Another cadence was agreed"),
    "handoff": _("It belongs to another team"),
    "hours": _("The owner’s working hours changed"),
}


def _step(told: Telling) -> str:
    found = [told.people[user] for user in told.facts.get("recipients", ()) if user in told.people]
    cause = next(words for trigger, words in TRIGGERS.items() if trigger.step_kind is told.kind)
    if not found:
        return told.say(gettext("There was nobody to tell that %(cause)s"), cause=cause)
    sentence = ngettext("%(people)s was told that %(cause)s", "%(people)s were told that %(cause)s", len(found))
    return told.say(sentence, people=listed(found), cause=cause)


def _break_taken_back(told: Telling) -> str:
    because = NOT_BROKEN.get(told.facts.get("because", "")) or gettext(
        "It had been kept or withdrawn before its date after all"
    )
    return told.say(gettext("%(because)s: it counts as not broken"), because=because)


def _retimed(told: Telling) -> str:
    because = RETIMED.get(told.facts.get("because", "")) or gettext("What the clocks run by changed")
    if told.facts.get("hear_by") and told.facts.get("hear_by") != told.facts.get("was_hear_by"):
        sentence = gettext("%(because)s: the customer now hears by %(at)s")
        return told.say(sentence, because=because, at=told.time("hear_by"))
    return told.say(gettext("%(because)s: the clocks were worked out again"), because=because)


def _holding(told: Telling) -> str:
    if told.has_gone:
        said = gettext("The customer was told automatically: no news yet, they hear again by %(at)s")
    else:
        said = gettext("A holding mail was due: the customer hears again by %(at)s")
    return told.say(said, at=told.time("named_at"))


def _missed(told: Telling) -> str:
    if told.has_gone:
        said = gettext("The customer was told automatically: we missed our promise, a person is in touch by %(at)s")
    else:
        said = gettext("A mail was due that we missed our promise: a person is in touch by %(at)s")
    return told.say(said, at=told.time("named_at"))


def _mail(facts: Mapping[str, Any]) -> str:
    name = str(facts.get("mail") or facts.get("kind") or "")
    return str(MAILS.get(name) or gettext("A mail"))


def _to(told: Telling) -> str:
    """Say to whom a mail went; nothing where that is not recorded."""
    to = told.facts.get("to")
    if told.facts.get("again"):
        return gettext("again, to the customer’s new address")
    if to == "customer":
        return gettext("to the customer")
    if to == "other":
        return gettext("to somebody beside the customer")
    if isinstance(to, int) and to in told.people:
        return gettext("to %(person)s") % {"person": person(told.people[to])}
    return ""


def _sent(told: Telling) -> str:
    sentence = gettext("%(mail)s went %(to)s") if _to(told) else gettext("%(mail)s went")
    return told.say(sentence, mail=_mail(told.facts), to=_to(told))


def _shadowed(told: Telling) -> str:
    sentence = (
        gettext("%(mail)s would have gone %(to)s, but the team is in shadow mode")
        if _to(told)
        else gettext("%(mail)s would have gone, but the team is in shadow mode")
    )
    return told.say(sentence, mail=_mail(told.facts), to=_to(told))


def _address_changed(told: Telling) -> str:
    if told.facts.get("notify_customer"):
        return gettext("The customer’s mail address was changed: what they were last told by mail goes there again")
    return gettext("The customer’s mail address was changed")


SENTENCES: Mapping[EventKind, Callable[[Telling], str]] = {
    EventKind.REMINDER_DUE: lambda told: told.say(
        gettext("The owner was reminded: due by %(due)s"), due=told.time("due_at")
    ),
    EventKind.WORD_ASKED: lambda told: told.say(
        gettext("The owner was asked “still on it?”: the customer must hear by %(at)s"),
        at=told.time("next_word_due_at"),
    ),
    EventKind.ANSWER_NOT_GIVEN: lambda told: gettext(
        "The customer has not answered our question by its date: the owner was asked to move the promise’s"
    ),
    EventKind.BECAME_OVERDUE: lambda told: gettext("The date passed with the promise open: overdue"),
    EventKind.HOLDING_MAIL_PLANNED: _holding,
    EventKind.MISSED_MAIL_PLANNED: _missed,
    EventKind.BECAME_SILENT: lambda told: gettext("The customer should have heard from us by now and has not: silent"),
    EventKind.WORD_MISSED: lambda told: gettext("A time that we had named passed without word"),
    EventKind.BECAME_UNANSWERED: lambda told: told.say(
        gettext("The customer has waited for an answer since %(since)s: it is owed now"), since=told.time("since")
    ),
    EventKind.BAD_NEWS_UNTOLD: lambda told: gettext("The customer has not been told the bad news in time"),
    EventKind.HANDOFF_LAPSED: lambda told: gettext("Nobody took it over in time: whoever asked still answers for it"),
    **{trigger.step_kind: _step for trigger in Trigger},
    EventKind.BREAK_TAKEN_BACK: _break_taken_back,
    EventKind.DATE_RESTORED: lambda told: told.say(
        gettext("The customer was not told of the new date after all: it is due by %(due)s again"),
        due=told.time("due_at"),
    ),
    EventKind.SILENCE_ENDED: lambda told: told.say(
        gettext("The silence since %(since)s ended"), since=told.time("since")
    ),
    EventKind.SILENCE_TAKEN_BACK: lambda told: gettext(
        "The customer had heard from us before the silence began: it counts as none"
    ),
    EventKind.CLOCKS_RETIMED: _retimed,
    EventKind.COVER_STARTED: lambda told: told.say(
        gettext("The owner, %(owner)s, is away until %(until)s; %(cover)s stands in"),
        owner=told.named("owner"),
        until=told.time("until"),
        cover=told.named("cover"),
    ),
    EventKind.COVER_ENDED: lambda told: told.say(gettext("The owner, %(owner)s, is back"), owner=told.named("owner")),
    EventKind.WORD_VOIDED: lambda told: told.say(
        gettext("A word did not reach the customer and does not count (%(reason)s)"), reason=reason_of(told.facts)
    ),
    EventKind.NAMED_TIME_MOVED: lambda told: told.say(
        gettext("The waiting mail names a later time: %(at)s"), at=told.time("named_at")
    ),
    EventKind.ESCALATION_OPENED: lambda told: told.say(
        gettext("Escalation opened: %(cause)s"), cause=cause_of(told.facts)
    ),
    EventKind.ESCALATION_ENDED: lambda told: told.say(
        gettext("The escalation has ended (%(cause)s)"), cause=cause_of(told.facts)
    ),
    EventKind.ADDRESS_CHANGED: _address_changed,
    EventKind.MAIL_SENT: _sent,
    EventKind.MAIL_SHADOWED: _shadowed,
    EventKind.MAIL_NOT_SENT: lambda told: told.say(
        gettext("%(mail)s was not sent (%(reason)s)"), mail=_mail(told.facts), reason=reason_of(told.facts)
    ),
    EventKind.MAIL_NOT_PLANNED: lambda told: told.say(
        gettext("%(mail)s was left out: it would have named %(at)s, which had passed by then"),
        mail=_mail(told.facts),
        at=told.time("named_at"),
    ),
    EventKind.MAIL_FAILED: lambda told: told.say(
        gettext("%(mail)s did not arrive (%(reason)s)"), mail=_mail(told.facts), reason=reason_of(told.facts)
    ),
}
