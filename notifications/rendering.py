"""From a letter to its subject, text and HTML: the one place where mails get their words.

Templates state only what the letter holds. Styles are inlined for clients that drop style sheets; the sheet itself
stays for those that know dark mode and small screens.
"""

from datetime import datetime
from functools import partial
from typing import Any

from css_inline import CSSInliner
from django.template.loader import get_template

from notifications.domain.kinds import NAMES_A_TIME, MailKind
from notifications.domain.letter import Letter, Rendered
from notifications.domain.wording import (
    SUBJECT_WORDS_AT_MOST,
    clean_line,
    clean_words,
    isolate,
    say_instant,
    shorten,
)

_inliner = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)


def render(letter: Letter) -> Rendered:
    """Write a mail; takes about a millisecond."""
    folder = f"notifications/{letter.kind.value}"
    context = _context(letter)
    subject = get_template(f"{folder}/subject.txt").render(context)
    html = get_template(f"{folder}/body.html").render(context)
    # Names in plain text have no markup to fence them off.
    plain = context | {name: isolate(context[name]) for name in ("customer", "owner", "writer", "reader", "team")}
    text = get_template(f"{folder}/body.txt").render(plain)
    return Rendered(subject=" ".join(subject.split()), text=_tidy(text), html=_inliner.inline(html))


def _context(letter: Letter) -> dict[str, Any]:
    """Give the templates words instead of values: clean names, instants said in full."""
    say = partial(_say, zone=letter.zone, now=letter.now)
    promise = clean_words(letter.promise)
    names_its_own_time = letter.kind in NAMES_A_TIME
    hear_by = letter.named_at if names_its_own_time else letter.hear_by
    due_is_ahead = letter.is_open and letter.due_at > letter.now
    return {
        "kind": letter.kind.value,
        "language": letter.language,
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
        "team_phone": clean_line(letter.team_phone),
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
        "to_customer": letter.kind not in FOR_COLLEAGUES,
    }


FOR_COLLEAGUES = frozenset(
    {MailKind.REMINDER, MailKind.STILL_ON_IT, MailKind.OVERDUE, MailKind.SILENT, MailKind.UNDELIVERABLE}
)


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
