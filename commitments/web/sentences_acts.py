"""What people did to a promise, as sentences: one writer for each kind of act."""

from collections.abc import Callable, Mapping

from commitments.domain.answers import Answer
from commitments.domain.business_time import Duration, DurationError
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Outcome
from commitments.domain.timeline import EventKind
from commitments.models import Commitment
from commitments.web.telling import TRIGGERS, Telling
from commitments.web.times import duration_in_words

CHANNELS = {
    Commitment.Channel.PHONE: "on the phone",
    Commitment.Channel.EMAIL: "by e-mail",
    Commitment.Channel.CHAT: "in a chat",
    Commitment.Channel.IN_PERSON: "in person",
    Commitment.Channel.IMPORT: "(imported)",
    Commitment.Channel.API: "(by another system)",
}
MEANINGS = {
    "news": "gave the customer an update",
    "nothing_new": "told the customer: on track, nothing new",
    "at_risk": "told the customer that the date may not hold",
    "will_miss": "told the customer that the date will not hold",
    "question": "asked the customer a question",
}
OUTCOMES = {
    Outcome.KEPT_ON_TIME: "on time",
    Outcome.KEPT_LATE: "late",
}
ENDS = {
    Outcome.KEPT_ON_TIME: "Kept on time",
    Outcome.KEPT_LATE: "Kept late",
    Outcome.WITHDRAWN: "Withdrawn",
}
"""How a promise ended, as its page says it."""
CAME = {
    "phone": "called",
    "email": "wrote a mail",
    "chat": "wrote in the chat",
    "in_person": "came by",
    "page": "wrote on their page",
}
PRESSED = {
    Answer.ANOTHER_TIME: "asked for another time, on their page",
    Answer.CALL_ME: "asked to be called, on their page",
}
RESULTS = {
    "no_answer": "nobody answered",
    "engaged": "the line was engaged",
    "voicemail": "left a message on voicemail",
}
CORRECTABLE = {"promise": "the words promised", "due_at": "the date", "customer": "the customer", "kind": "the kind"}
ROUTES = {"mail": "by mail", "phone": "by phone only"}


def _made(told: Telling) -> str:
    channel = CHANNELS.get(told.facts.get("channel", ""), "")
    other_owner = told.facts.get("owner") not in {None, told.actor}
    in_name = f", in the name of {told.named('owner')}" if other_owner else ""
    split = f"; it is split off from {told.facts['split_from']}" if told.facts.get("split_from") else ""
    return f"{told.who} promised this {channel}{in_name}, by {told.time('due_at')}{split}"


def _word_given(told: Telling) -> str:
    return f"{told.who} {MEANINGS.get(told.facts.get('meaning', ''), 'gave the customer word')}, {told.way}"


def _dates(told: Telling) -> str:
    return f"from {told.time('was_due_at')} to {told.time('due_at')}"


def _renegotiated(told: Telling) -> str:
    late = "" if told.facts.get("warned_before_due", True) else "; the old one had passed"
    return f"{told.who} moved the date {_dates(told)} and told the customer {told.way}{late}"


def _kept(told: Telling) -> str:
    if told.facts.get("on_the_call"):
        return f"{told.who} kept the promise on the very call"
    outcome = OUTCOMES.get(told.facts.get("outcome", ""), "")
    return f"{told.who} kept the promise{f', {outcome}' if outcome else ''}"


def _offered(told: Telling) -> str:
    to = told.named("to") if told.facts.get("to") else f"the team {told.facts.get('team_name', '')}".strip()
    until = f", by {told.time('lapses_at')}" if told.facts.get("lapses_at") else ""
    if told.facts.get("sort") == "in_name":
        return f"{told.who} promised this in the name of {to}, who is asked to accept it{until}"
    return f"{told.who} asked {to} to take over{until}"


def _accepted(told: Telling) -> str:
    if told.facts.get("told") or told.facts.get("notify_customer"):
        return f"{told.who} took over from {told.named('from')} and told the customer {told.way}"
    return f"{told.who} took over from {told.named('from')}; the customer has not been told"


def _reassigned(told: Telling) -> str:
    tells = told.facts.get("told") or told.facts.get("notify_customer")
    said = f"and told the customer {told.way}" if tells else "; the customer has not been told"
    return f"{told.who} gave it from {told.named('from')} to {told.named('to')} {said}".replace(" ;", ";")


def _message(told: Telling) -> str:
    came = PRESSED.get(told.facts.get("answer", "")) or CAME.get(told.facts.get("channel", ""), "got in touch")
    if told.facts.get("is_chase"):
        return f"{told.customer} {came}; they were waiting for an answer already"
    return f"{told.customer} {came}" + ("" if told.facts.get("needs_answer", True) else "; no answer is needed")


def _disputed(told: Telling) -> str:
    where = ", on their page" if told.facts.get("channel") == "page" else ""
    return f"{told.customer} says that this is not solved{where}"


def _real_news_only(told: Telling) -> str:
    if told.facts.get("wanted", True):
        return f"{told.customer} asked for real news only: no more holding mails, about any promise"
    return f"{told.customer} would like holding mails again"


def _not_for_me(told: Telling) -> str:
    if told.facts.get("is_copy"):
        return f"Whoever reads the mail to {told.customer} says that it is not for them; no more goes there"
    return (
        f"Whoever reads our mail to {told.customer} says that it is not for them: no more goes there, "
        "and what we told them by mail did not reach the customer"
    )


def _split_off(told: Telling) -> str:
    answers = "which answers for it" if told.facts.get("settles") else "and it waits for its answer here as before"
    into = f" ({told.facts['into']})" if told.facts.get("into") else ""
    return f"{told.who} made the customer’s message a promise of its own{into}, {answers}"


def _contacted(told: Telling) -> str:
    if told.facts.get("channel") == "email":
        return f"{told.who} wrote the customer a mail"
    called = "The customer called and spoke with" if told.facts.get("direction") == "in" else "The customer spoke with"
    return f"{called} {told.who}"


def _attempted(told: Telling) -> str:
    result = RESULTS.get(told.facts.get("result", ""), "did not reach them")
    next_try = f"; the next try is by {told.time('next_try_at')}" if told.facts.get("next_try_at") else ""
    if told.facts.get("notify_customer"):
        tried = f" at {told.time('tried_at')}" if told.facts.get("tried_at") else ""
        return f"{told.who} tried to call the customer{tried} ({result}), and told them so by mail{next_try}"
    return f"{told.who} tried to call the customer ({result}){next_try}"


def _risk(told: Telling) -> str:
    what = "will not hold" if told.facts.get("meaning") == "will_miss" else "may not hold"
    return f"{told.who} noted that the date {what}; the customer is still to be told"


def _acknowledged(told: Telling) -> str:
    causes = [TRIGGERS[Trigger(name)] for name in told.facts.get("triggers", ()) if name in set(Trigger)]
    return f"{told.who} has taken note that {' and '.join(causes) or 'something is wrong'}, until {told.time('until')}"


def _corrected(told: Telling) -> str:
    fields = [CORRECTABLE.get(field, field) for field in told.facts.get("fields", ())]
    dates = f" ({_dates(told)})" if told.facts.get("was_due_at") else ""
    mailed = "; the customer gets a mail that puts it right" if told.facts.get("notify_customer") else ""
    return f"{told.who} corrected {' and '.join(fields) or 'the promise'}{dates}: logged wrongly{mailed}"


def _length(text: str) -> str:
    try:
        return duration_in_words(Duration.parse(text))
    except DurationError:
        return text


def _policy_moved(told: Telling) -> str:
    version = told.facts.get("version", "")
    return f"{told.who} moved it to a newer version of its policy{f' ({version})' if version else ''}"


SENTENCES: Mapping[EventKind, Callable[[Telling], str]] = {
    EventKind.MADE: _made,
    EventKind.WORD_GIVEN: _word_given,
    EventKind.RENEGOTIATED: _renegotiated,
    EventKind.KEPT: _kept,
    EventKind.WITHDRAWN: lambda told: f"{told.who} withdrew the promise and told the customer why, {told.way}",
    EventKind.REOPENED: lambda told: (
        f"{told.who} opened it again, now by {told.time('due_at')}, and told the customer {told.way}"
    ),
    EventKind.HANDOFF_OFFERED: _offered,
    EventKind.HANDOFF_ACCEPTED: _accepted,
    EventKind.HANDOFF_DECLINED: lambda told: f"{told.who} did not take it over; {told.named('from')} answers for it",
    EventKind.HANDOFF_TAKEN_BACK: lambda told: f"{told.who} keeps it after all",
    EventKind.REASSIGNED: _reassigned,
    EventKind.CUSTOMER_MESSAGE: _message,
    EventKind.THANKED: lambda told: f"{told.who} marked the customer’s message as thanks: it needs no answer",
    EventKind.SPLIT_OFF: _split_off,
    EventKind.CONTACTED: _contacted,
    EventKind.ATTEMPTED: _attempted,
    EventKind.CALL_STARTED: lambda told: f"{told.who} is calling the customer; automatic mail waits",
    EventKind.CALL_ENDED: lambda told: f"{told.who} ended the call",
    EventKind.RISK_NOTED: _risk,
    EventKind.DISPUTED: _disputed,
    EventKind.BREAK_EXPLAINED: lambda told: f"{told.who} said why the date was broken",
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.CORRECTED: _corrected,
    EventKind.VOIDED: lambda told: f"{told.who} voided this promise: it was logged by mistake and does not count",
    EventKind.WATCHER_ADDED: lambda told: f"{told.who} added somebody who gets the customer’s mails as well",
    EventKind.WATCHER_REMOVED: lambda told: f"{told.who} removed somebody who got the customer’s mails as well",
    EventKind.CONTACT_ROUTE_CHANGED: lambda told: (
        f"{told.who} noted that the customer hears from us {ROUTES.get(told.facts.get('route', ''), 'another way')}"
    ),
    EventKind.CADENCE_AGREED: lambda told: (
        f"{told.who} agreed with the customer that they hear from us every {_length(told.facts['cadence'])}"
        if told.facts.get("cadence")
        else f"{told.who} ended the agreed cadence"
    ),
    EventKind.POLICY_MOVED: _policy_moved,
    EventKind.REVEALED: lambda told: (
        f"{told.who} revealed that this was a self-test: the customer was an alias of theirs"
    ),
    EventKind.CUSTOMER_MERGED: lambda told: f"{told.who} merged two entries for this customer",
    EventKind.CONFIRMED: lambda told: f"{told.customer} says that it is solved, on their page",
    EventKind.ANSWER_TAKEN_BACK: lambda told: f"{told.customer} took back what they had answered on their page",
    EventKind.REAL_NEWS_ONLY: _real_news_only,
    EventKind.NOT_FOR_ME: _not_for_me,
}
