"""What people did to a promise, as sentences: one writer for each kind of act."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.answers import Answer
from commitments.domain.business_time import Duration, DurationError
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Outcome
from commitments.domain.timeline import EventKind
from commitments.models import Commitment
from commitments.web.telling import TRIGGERS, Telling, joined
from commitments.web.times import duration_in_words

CHANNELS = {
    Commitment.Channel.PHONE: _("on the phone"),
    Commitment.Channel.EMAIL: _("by e-mail"),
    Commitment.Channel.CHAT: _("in a chat"),
    Commitment.Channel.IN_PERSON: _("in person"),
    Commitment.Channel.IMPORT: _("(imported)"),
    Commitment.Channel.API: _("(by another system)"),
}
MEANINGS = {
    "news": _("%(who)s gave the customer an update, %(way)s"),
    "nothing_new": _("%(who)s told the customer: on track, nothing new, %(way)s"),
    "at_risk": _("%(who)s told the customer that the date may not hold, %(way)s"),
    "will_miss": _("%(who)s told the customer that the date will not hold, %(way)s"),
    "question": _("%(who)s asked the customer a question, %(way)s"),
}
OUTCOMES = {
    Outcome.KEPT_ON_TIME: _("%(who)s kept the promise, on time"),
    Outcome.KEPT_LATE: _("%(who)s kept the promise, late"),
}
ENDS = {
    Outcome.KEPT_ON_TIME: _("Kept on time"),
    Outcome.KEPT_LATE: _("Kept late"),
    Outcome.WITHDRAWN: _("Withdrawn"),
}
"""How a promise ended, as its page says it."""
CAME = {
    "phone": _("%(customer)s called"),
    "email": _("%(customer)s wrote a mail"),
    "chat": _("%(customer)s wrote in the chat"),
    "in_person": _("%(customer)s came by"),
    "page": _("%(customer)s wrote on their page"),
}
PRESSED = {
    Answer.ANOTHER_TIME: _("%(customer)s asked for another time, on their page"),
    Answer.CALL_ME: _("%(customer)s asked to be called, on their page"),
}
RESULTS = {
    "no_answer": _("nobody answered"),
    "engaged": _("the line was engaged"),
    "voicemail": _("left a message on voicemail"),
}
CORRECTABLE = {
    "promise": _("the words promised"),
    "due_at": _("the date"),
    "customer": _("the customer"),
    "kind": _("the kind"),
}
ROUTES = {
    "mail": _("%(who)s noted that the customer hears from us by mail"),
    "phone": _("%(who)s noted that the customer hears from us by phone only"),
}


def _made(told: Telling) -> str:
    values = {"channel": CHANNELS.get(told.facts.get("channel", ""), ""), "due": told.time("due_at")}
    if told.facts.get("owner") in {None, told.actor}:
        said = told.say(gettext("%(who)s promised this %(channel)s, by %(due)s"), **values)
    else:
        sentence = gettext("%(who)s promised this %(channel)s, in the name of %(owner)s, by %(due)s")
        said = told.say(sentence, **values, owner=told.named("owner"))
    if not told.facts.get("split_from"):
        return said
    return told.say(gettext("%(said)s; it is split off from %(other)s"), said=said, other=told.facts["split_from"])


def _word_given(told: Telling) -> str:
    meant = MEANINGS.get(told.facts.get("meaning", ""))
    return told.say(str(meant) if meant else gettext("%(who)s gave the customer word, %(way)s"))


def _renegotiated(told: Telling) -> str:
    sentence = gettext("%(who)s moved the date from %(was)s to %(due)s and told the customer %(way)s")
    said = told.say(sentence, was=told.time("was_due_at"), due=told.time("due_at"))
    if told.facts.get("warned_before_due", True):
        return said
    return told.say(gettext("%(said)s; the old one had passed"), said=said)


def _kept(told: Telling) -> str:
    if told.facts.get("on_the_call"):
        return told.say(gettext("%(who)s kept the promise on the very call"))
    outcome = OUTCOMES.get(told.facts.get("outcome", ""))
    return told.say(str(outcome) if outcome else gettext("%(who)s kept the promise"))


def _offered(told: Telling) -> str:
    team = gettext("the team %(team)s") % {"team": told.facts.get("team_name", "")}
    to = told.named("to") if told.facts.get("to") else team.strip()
    if told.facts.get("sort") == "in_name":
        said = told.say(gettext("%(who)s promised this in the name of %(to)s, who is asked to accept it"), to=to)
    else:
        said = told.say(gettext("%(who)s asked %(to)s to take over"), to=to)
    if not told.facts.get("lapses_at"):
        return said
    return told.say(gettext("%(said)s, by %(until)s"), said=said, until=told.time("lapses_at"))


def _accepted(told: Telling) -> str:
    if told.facts.get("told") or told.facts.get("notify_customer"):
        sentence = gettext("%(who)s took over from %(owner)s and told the customer %(way)s")
    else:
        sentence = gettext("%(who)s took over from %(owner)s; the customer has not been told")
    return told.say(sentence, owner=told.named("from"))


def _reassigned(told: Telling) -> str:
    if told.facts.get("told") or told.facts.get("notify_customer"):
        sentence = gettext("%(who)s gave it from %(owner)s to %(to)s and told the customer %(way)s")
    else:
        sentence = gettext("%(who)s gave it from %(owner)s to %(to)s; the customer has not been told")
    return told.say(sentence, owner=told.named("from"), to=told.named("to"))


def _message(told: Telling) -> str:
    came = PRESSED.get(told.facts.get("answer", "")) or CAME.get(told.facts.get("channel", ""))
    said = told.say(str(came) if came else gettext("%(customer)s got in touch"))
    if told.facts.get("is_chase"):
        return told.say(gettext("%(said)s; they were waiting for an answer already"), said=said)
    if told.facts.get("needs_answer", True):
        return said
    return told.say(gettext("%(said)s; no answer is needed"), said=said)


def _disputed(told: Telling) -> str:
    if told.facts.get("channel") == "page":
        return told.say(gettext("%(customer)s says that this is not solved, on their page"))
    return told.say(gettext("%(customer)s says that this is not solved"))


def _real_news_only(told: Telling) -> str:
    if told.facts.get("wanted", True):
        return told.say(gettext("%(customer)s asked for real news only: no more holding mails, about any promise"))
    return told.say(gettext("%(customer)s would like holding mails again"))


def _not_for_me(told: Telling) -> str:
    if told.facts.get("is_copy"):
        return told.say(
            gettext("Whoever reads the mail to %(customer)s says that it is not for them; no more goes there")
        )
    return told.say(
        gettext(
            "Whoever reads our mail to %(customer)s says that it is not for them: no more goes there, "
            "and what we told them by mail did not reach the customer"
        )
    )


def _split_off(told: Telling) -> str:
    into = gettext("a promise of its own")
    if told.facts.get("into"):
        into = gettext("a promise of its own (%(reference)s)") % {"reference": told.facts["into"]}
    if told.facts.get("settles"):
        sentence = gettext("%(who)s made the customer’s message %(into)s, which answers for it")
    else:
        sentence = gettext("%(who)s made the customer’s message %(into)s, and it waits for its answer here as before")
    return told.say(sentence, into=into)


def _contacted(told: Telling) -> str:
    if told.facts.get("channel") == "email":
        return told.say(gettext("%(who)s wrote the customer a mail"))
    if told.facts.get("direction") == "in":
        return told.say(gettext("The customer called and spoke with %(who)s"))
    return told.say(gettext("The customer spoke with %(who)s"))


def _attempted(told: Telling) -> str:
    values = {"result": RESULTS.get(told.facts.get("result", "")) or gettext("did not reach them")}
    if not told.facts.get("notify_customer"):
        sentence = gettext("%(who)s tried to call the customer (%(result)s)")
    elif told.facts.get("tried_at"):
        values["at"] = told.time("tried_at")
        sentence = gettext("%(who)s tried to call the customer at %(at)s (%(result)s), and told them so by mail")
    else:
        sentence = gettext("%(who)s tried to call the customer (%(result)s), and told them so by mail")
    said = told.say(sentence, **values)
    if not told.facts.get("next_try_at"):
        return said
    return told.say(gettext("%(said)s; the next try is by %(at)s"), said=said, at=told.time("next_try_at"))


def _risk(told: Telling) -> str:
    if told.facts.get("meaning") == "will_miss":
        return told.say(gettext("%(who)s noted that the date will not hold; the customer is still to be told"))
    return told.say(gettext("%(who)s noted that the date may not hold; the customer is still to be told"))


def _acknowledged(told: Telling) -> str:
    causes = [TRIGGERS[Trigger(name)] for name in told.facts.get("triggers", ()) if name in set(Trigger)]
    return told.say(
        gettext("%(who)s has taken note that %(causes)s, until %(until)s"),
        causes=joined(causes) or gettext("something is wrong"),
        until=told.time("until"),
    )


def _corrected(told: Telling) -> str:
    fields = joined(CORRECTABLE.get(field, field) for field in told.facts.get("fields", ()))
    values = {"what": fields or gettext("the promise")}
    sentence = gettext("%(who)s corrected %(what)s: logged wrongly")
    if told.facts.get("was_due_at"):
        values |= {"was": told.time("was_due_at"), "due": told.time("due_at")}
        sentence = gettext("%(who)s corrected %(what)s (from %(was)s to %(due)s): logged wrongly")
    said = told.say(sentence, **values)
    if not told.facts.get("notify_customer"):
        return said
    return told.say(gettext("%(said)s; the customer gets a mail that puts it right"), said=said)


def _routed(told: Telling) -> str:
    noted = ROUTES.get(told.facts.get("route", ""))
    return told.say(str(noted) if noted else gettext("%(who)s noted that the customer hears from us another way"))


def _cadence(told: Telling) -> str:
    if not told.facts.get("cadence"):
        return told.say(gettext("%(who)s ended the agreed cadence"))
    sentence = gettext("%(who)s agreed with the customer that they hear from us every %(length)s")
    return told.say(sentence, length=_length(told.facts["cadence"]))


def _length(text: str) -> str:
    try:
        return duration_in_words(Duration.parse(text))
    except DurationError:
        return text


def _policy_moved(told: Telling) -> str:
    version = told.facts.get("version", "")
    if version:
        return told.say(gettext("%(who)s moved it to a newer version of its policy (%(version)s)"), version=version)
    return told.say(gettext("%(who)s moved it to a newer version of its policy"))


SENTENCES: Mapping[EventKind, Callable[[Telling], str]] = {
    EventKind.MADE: _made,
    EventKind.WORD_GIVEN: _word_given,
    EventKind.RENEGOTIATED: _renegotiated,
    EventKind.KEPT: _kept,
    EventKind.WITHDRAWN: lambda told: told.say(
        gettext("%(who)s withdrew the promise and told the customer why, %(way)s")
    ),
    EventKind.REOPENED: lambda told: told.say(
        gettext("%(who)s opened it again, now by %(due)s, and told the customer %(way)s"), due=told.time("due_at")
    ),
    EventKind.HANDOFF_OFFERED: _offered,
    EventKind.HANDOFF_ACCEPTED: _accepted,
    EventKind.HANDOFF_DECLINED: lambda told: told.say(
        gettext("%(who)s did not take it over; %(owner)s answers for it"), owner=told.named("from")
    ),
    EventKind.HANDOFF_TAKEN_BACK: lambda told: told.say(gettext("%(who)s keeps it after all")),
    EventKind.REASSIGNED: _reassigned,
    EventKind.CUSTOMER_MESSAGE: _message,
    EventKind.THANKED: lambda told: told.say(
        gettext("%(who)s marked the customer’s message as thanks: it needs no answer")
    ),
    EventKind.SPLIT_OFF: _split_off,
    EventKind.CONTACTED: _contacted,
    EventKind.ATTEMPTED: _attempted,
    EventKind.CALL_STARTED: lambda told: told.say(gettext("%(who)s is calling the customer; automatic mail waits")),
    EventKind.CALL_ENDED: lambda told: told.say(gettext("%(who)s ended the call")),
    EventKind.RISK_NOTED: _risk,
    EventKind.DISPUTED: _disputed,
    EventKind.BREAK_EXPLAINED: lambda told: told.say(gettext("%(who)s said why the date was broken")),
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.CORRECTED: _corrected,
    EventKind.VOIDED: lambda told: told.say(
        gettext("%(who)s voided this promise: it was logged by mistake and does not count")
    ),
    EventKind.WATCHER_ADDED: lambda told: told.say(
        gettext("%(who)s added somebody who gets the customer’s mails as well")
    ),
    EventKind.WATCHER_REMOVED: lambda told: told.say(
        gettext("%(who)s removed somebody who got the customer’s mails as well")
    ),
    EventKind.CONTACT_ROUTE_CHANGED: _routed,
    EventKind.CADENCE_AGREED: _cadence,
    EventKind.POLICY_MOVED: _policy_moved,
    EventKind.REVEALED: lambda told: told.say(
        gettext("%(who)s revealed that this was a self-test: the customer was an alias of theirs")
    ),
    EventKind.CUSTOMER_MERGED: lambda told: told.say(gettext("%(who)s merged two entries for this customer")),
    EventKind.CONFIRMED: lambda told: told.say(gettext("%(customer)s says that it is solved, on their page")),
    EventKind.ANSWER_TAKEN_BACK: lambda told: told.say(
        gettext("%(customer)s took back what they had answered on their page")
    ),
    EventKind.REAL_NEWS_ONLY: _real_news_only,
    EventKind.NOT_FOR_ME: _not_for_me,
}
