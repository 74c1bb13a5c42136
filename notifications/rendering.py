"""From a letter to its subject, text and HTML: the one place where mails get their words.

Templates state only what the letter holds. Styles are inlined for clients that drop style sheets; the sheet itself
stays for those that know dark mode and small screens.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from html import escape
from typing import Any

from css_inline import CSSInliner
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, pgettext

from commitments.domain.colours import DARK_PAPER, LIGHT_PAPER, STANDARD, in_the_dark
from commitments.languages import language_for, say_instant, speaking
from notifications.domain.kinds import NAMES_A_TIME, TO_COLLEAGUES, MailKind
from notifications.domain.letter import Desk, Letter, Line, News, Rendered, StaffList
from notifications.domain.wording import (
    SUBJECT_WORDS_AT_MOST,
    clean_line,
    clean_words,
    isolate,
    shorten,
)

_inliner = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


NAMES = (
    "customer",
    "customer_phone",
    "owner",
    "writer",
    "reader",
    "team",
    "team_phone",
    "copied_for",
    "handed_from",
    "handed_to",
    "stands_in",
    "asked",
)
"""What may run the other way than the sentence around it: fenced off, in HTML by markup and in text by marks."""
STRONG = (
    "due_at",
    "was_due_at",
    "hear_by",
    "ended_at",
    "answer_by",
    "next_try_at",
    "stands_in_until",
    "overdue_since",
    "silent_since",
    "customer_waiting_since",
    "disputed_since",
    "untold_since",
    "lapses_at",
)
"""Times that a reader looks for."""
QUOTED = ("promise", "wrong_promise", "news", "question", "said")
"""Words said earlier, by us or by them: set off in HTML, in quotation marks in text."""


def render(letter: Letter | StaffList) -> Rendered:
    """Write a mail in its reader's language; takes about a millisecond."""
    folder = f"notifications/{letter.kind.value}"
    language = _language(letter)
    with speaking(language):
        if isinstance(letter, StaffList):
            marked, plain = _list_context(letter), _list_context(letter, fence=isolate)
            subject = get_template(f"{folder}/subject.txt").render(marked)
        else:
            context = _context(letter)
            marked, plain = _marked(context), _plain(context)
            subject = get_template(f"{folder}/subject.txt").render(context)
        subject = " ".join(subject.split())
        frame = _frame(letter, subject=subject, language=language)
        html = get_template(f"{folder}/body.html").render(marked | frame)
        text = get_template(f"{folder}/body.txt").render(plain)
    return Rendered(subject=subject, text=_tidy(text), html=_inliner.inline(html))


def sender_name(letter: Letter | StaffList) -> str:
    """Say whom a mail is from: a person for their team, the team by itself, nobody in particular for colleagues."""
    if isinstance(letter, StaffList) or letter.kind in TO_COLLEAGUES:
        return ""
    if not letter.writer:
        return letter.team
    with speaking(_language(letter)):
        return pgettext("sender of a mail", "%(writer)s via %(team)s") % {"writer": letter.writer, "team": letter.team}


def _language(letter: Letter | StaffList) -> str:
    """Choose the language of a mail's frame; what people wrote stays as they wrote it. Colleagues read English."""
    if isinstance(letter, StaffList) or letter.kind in TO_COLLEAGUES:
        return "en"
    return language_for(customer=letter.language, team=letter.team_language)


def _frame(letter: Letter | StaffList, *, subject: str, language: str) -> dict[str, str]:
    """Give what the page around every mail needs: whose colours, and which way its language runs."""
    chosen = letter.colour if isinstance(letter, Letter) and letter.kind not in TO_COLLEAGUES else ""
    return {
        "subject": subject,
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "paper": LIGHT_PAPER,
        "dark_paper": DARK_PAPER,
        "accent": chosen or STANDARD,
        "accent_in_the_dark": in_the_dark(chosen or STANDARD),
    }


def _marked(context: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values as HTML shows them: names fenced off, the times that matter in bold."""
    names = {name: SafeString(f"<bdi>{escape(context[name])}</bdi>") for name in NAMES if context[name]}
    times = {name: SafeString(f"<strong>{escape(context[name])}</strong>") for name in STRONG if context[name]}
    return {**context, **names, **times}


def _plain(context: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values as text shows them: names fenced off where need be, words in quotation marks."""
    names = {name: isolate(context[name]) for name in NAMES}
    quote = pgettext("words of a person", "“%(words)s”")
    return {**context, **names, **{name: quote % {"words": context[name]} for name in QUOTED if context[name]}}


def _context(letter: Letter) -> dict[str, Any]:
    """Give the templates words instead of values: clean names, instants said in full."""
    say = partial(_say, zone=letter.zone, now=letter.now)
    promise = clean_words(letter.promise)
    names_its_own_time = letter.kind in NAMES_A_TIME
    hear_by = letter.named_at if names_its_own_time else letter.hear_by
    dates_moved = letter.was_due_at is not None
    due_is_ahead = letter.is_open and letter.due_at > letter.now
    return {
        "kind": letter.kind.value,
        "reference": letter.reference,
        "promise": promise,
        "topic": shorten(clean_line(promise, at_most=400), at_most=SUBJECT_WORDS_AT_MOST),
        "need": clean_words(letter.need),
        "customer": clean_line(letter.customer),
        "customer_phone": clean_line(letter.customer_phone),
        "reached_best": clean_line(letter.reached_best, at_most=300),
        "owner": clean_line(letter.owner),
        "writer": clean_line(letter.writer),
        "reader": clean_line(letter.reader),
        "team": clean_line(letter.team, at_most=100),
        "team_name": clean_line(letter.team, at_most=100),
        "team_phone": clean_line(letter.team_phone),
        "signature": clean_words(letter.signature) if letter.writer else "",
        "logo_url": letter.logo_url,
        "team_hours": clean_line(letter.team_hours, at_most=100),
        "now": say(letter.now),
        "made_at": say(letter.made_at),
        "due_at": say(letter.due_at),
        "due_is_ahead": due_is_ahead,
        "hear_by": say(hear_by),
        "hear_before_due": hear_by is not None and (not due_is_ahead or hear_by < letter.due_at),
        "is_open": letter.is_open,
        "written_at": say(letter.written_at),
        "meaning": letter.meaning,
        "on_track": letter.overdue_since is None and letter.untold_since is None,
        "message": clean_words(letter.message),
        "was_due_at": say(letter.was_due_at),
        "was_missed": letter.was_due_at is not None and _is_after(letter.written_at, letter.was_due_at),
        "is_bad_news": letter.is_bad_news,
        "what_happened": clean_words(letter.what_happened),
        "what_next": clean_words(letter.what_next),
        "choices": clean_words(letter.choices),
        "ended_at": say(letter.ended_at),
        "ended_late": letter.ended_at is not None and letter.ended_at > letter.due_at,
        "last_person_word_at": say(letter.last_person_word_at),
        "last_word_at": say(letter.last_word_at),
        "news_at": say(letter.news.at) if letter.news else "",
        "news": clean_words(letter.news.words) if letter.news else "",
        "news_is_question": letter.news is not None and letter.news.is_question,
        "overdue_since": say(letter.overdue_since),
        "silent_since": say(letter.silent_since),
        "times_broken": letter.times_broken,
        "url": letter.url,
        "page_url": letter.page_url,
        "not_for_me_url": f"{letter.page_url}not-for-me/" if letter.page_url else "",
        "to_customer": letter.kind not in TO_COLLEAGUES,
        "copied_for": clean_line(letter.copied_for),
        "is_withdrawn": letter.is_withdrawn,
        "explains": letter.explains and not letter.is_open,
        **_said("question", letter.question, say),
        **_said("said", letter.said, say),
        "answer_by": say(letter.answer_by),
        "attempt": letter.attempt,
        "next_try_at": say(letter.next_try_at),
        "handed_from": clean_line(letter.handed_from),
        "handed_to": clean_line(letter.handed_to),
        "stands_in": clean_line(letter.stands_in),
        "stands_in_until": say(letter.stands_in_until),
        "wrong_promise": clean_words(letter.wrong_promise),
        "wrong_date": say(letter.was_due_at) if dates_moved and "due_at" in letter.corrected else "",
        "was_mailed": letter.was_mailed,
        "is_voided": letter.is_voided,
        "is_not_for_reader": letter.is_not_for_reader,
        "call_because": letter.call_because.value if letter.call_because else "",
        "customer_waiting_since": say(letter.customer_waiting_since),
        "disputed_since": say(letter.disputed_since),
        "untold_since": say(letter.untold_since),
        "asked": clean_line(letter.asked),
        "lapses_at": say(letter.lapses_at),
        "story": clean_words(letter.story),
    }


def _said(name: str, news: News | None, say: Callable[[datetime | None], str]) -> dict[str, str]:
    return {name: clean_words(news.words) if news else "", f"{name}_at": say(news.at) if news else ""}


# -- Lists for colleagues -------------------------------------------------------------------------------------------

LISTED_AT_MOST = 25
"""So many promises are shown of one sort; the Desk shows the rest."""
WORDS_ON_A_LIST = 140

HEADINGS = {
    MailKind.OVERDUE: "Overdue",
    MailKind.SILENT: "The customer waits to hear from us",
    MailKind.UNANSWERED: "The customer waits for an answer",
    MailKind.DISPUTED: "The customer says it is not solved",
    MailKind.UNTOLD: "Bad news not told yet",
    MailKind.UNDELIVERABLE: "Mail does not arrive: please phone",
    MailKind.HANDOFF_LAPSED: "Nobody took it over",
    MailKind.CALL_INSTEAD: "Please call: enough mails for one day",
    MailKind.LOST_MAIL: "Did a mail go?",
    MailKind.HANDOFF_OFFERED: "Will you take it over?",
    MailKind.ANSWER_NOT_GIVEN: "No answer to our question: move the date",
    MailKind.STILL_ON_IT: "Are you still on it?",
    MailKind.REMINDER: "Due soon",
}
"""What goes together in one mail, worst first."""
DESK = (
    ("overdue", "Overdue", "due since"),
    ("silent", "Customers who wait to hear from us", "since"),
    ("waiting", "Customers who wait for an answer", "since"),
    ("handoffs", "To take over, or to decline", "answer by"),
    ("due", "Due today", "due by"),
)


def _list_context(letter: StaffList, *, fence: Callable[[str], str] = str) -> dict[str, Any]:
    """Give the templates of lists their sections: a heading, its lines, and how many more there are.

    `fence` keeps a name from turning the line around it, where there is no markup to do so.
    """
    on_desk = {line.reference for line in letter.desk.lines}
    items = [item for item in letter.items if item.reference not in on_desk]
    news = []
    for kind, heading in HEADINGS.items():
        lines = [_item_line(item, letter, fence) for item in items if item.kind is kind]
        if lines:
            news.append(_section(f"New: {heading}" if on_desk else heading, lines))
    desk = []
    for name, heading, since in DESK:
        listed: tuple[Line, ...] = getattr(letter.desk, name)
        if listed:
            desk.append(_section(heading, [_desk_line(line, since, letter, fence) for line in listed]))
    return {
        "reader": fence(clean_line(letter.reader)),
        "news": news,
        "desk": desk,
        "count": len(letter.items),
        "desk_says": _desk_says(letter.desk),
        "now": _say(letter.now, zone=letter.zone, now=letter.now),
        "url": letter.url,
    }


def _section(heading: str, lines: list[dict[str, str]]) -> dict[str, Any]:
    return {"heading": heading, "lines": lines[:LISTED_AT_MOST], "left_out": max(0, len(lines) - LISTED_AT_MOST)}


def _desk_says(desk: Desk) -> str:
    """Say in a few words what is on a desk: ``2 overdue, 1 due today``."""
    told = {
        "overdue": "overdue",
        "silent": "silent",
        "waiting": "waiting",
        "handoffs": "to take over",
        "due": "due today",
    }
    counts = ((len(getattr(desk, name)), words) for name, words in told.items())
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def _desk_line(line: Line, since: str, letter: StaffList, fence: Callable[[str], str]) -> dict[str, str]:
    about = "to hear from us by" if line.is_word else since
    return _line(line.promise, fence(clean_line(line.customer)), line.reference, line.url) | {
        "when": f"{about} {_say(line.at, zone=line.zone, now=letter.now)}"
    }


def _item_line(item: Letter, letter: StaffList, fence: Callable[[str], str]) -> dict[str, str]:
    def say(before: str, instant: datetime | None) -> str:
        return f"{before} {_say(instant, zone=item.zone, now=letter.now)}" if instant is not None else ""

    match item.kind:
        case MailKind.OVERDUE:
            when = say("due since", item.overdue_since)
        case MailKind.SILENT:
            when = say("since", item.silent_since)
        case MailKind.UNANSWERED:
            when = say("since", item.customer_waiting_since)
        case MailKind.DISPUTED:
            when = say("since", item.disputed_since)
        case MailKind.UNTOLD:
            when = say("since", item.untold_since)
        case MailKind.HANDOFF_OFFERED:
            when = say("answer by", item.lapses_at)
        case MailKind.STILL_ON_IT:
            when = say("to hear from us by", item.hear_by)
        case _:
            when = say("due by", item.due_at)
    owner = fence(clean_line(item.owner)) if item.owner != item.reader else ""
    return _line(item.promise, fence(clean_line(item.customer)), item.reference, item.url) | {
        "when": when,
        "owner": owner,
    }


def _line(promise: str, customer: str, reference: str, url: str) -> dict[str, str]:
    return {
        "promise": shorten(clean_line(promise, at_most=400), at_most=WORDS_ON_A_LIST),
        "customer": customer,
        "reference": reference,
        "url": url,
    }


def _say(instant: datetime | None, *, zone: str, now: datetime) -> str:
    return say_instant(instant, zone=zone, now=now) if instant is not None else ""


def _is_after(instant: datetime | None, other: datetime) -> bool:
    return instant is not None and instant > other


def _tidy(text: str) -> str:
    """Take out what template tags leave behind: trailing blanks, and more than one empty line running."""
    lines: list[str] = []
    for line in text.splitlines():
        stripped = line.rstrip()
        if stripped or (lines and lines[-1]):
            lines.append(stripped)
    return "\n".join(lines).strip() + "\n"
