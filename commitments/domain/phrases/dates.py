"""Dates as they are written: “25 November”, “Nov 25th”, “25/11”, “2026-11-25”, “the 25th”."""

from collections.abc import Callable, Sequence
from datetime import date

from commitments.domain.phrases.said import (
    FURTHEST,
    NEXT_YEAR_AFTER,
    ONE_DAY,
    YEARS_AS_WORDS,
    Asked,
    Day,
    Found,
    Here,
)
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    MONTHS,
    NAMES_TOO,
    RELATIVE_DAYS,
    WEEKDAYS,
    ordinal,
    set_of,
    shape,
    text,
    word,
)

CALLED = set_of(
    "call ring phone tell email mail text message ask with mr mrs ms miss dr for and hi hello dear sms ping contact "
    "thank remind inform update"
)
"""Before a word that is a name as well, these make it somebody's name."""
_ON_A_DATE = frozenset({"on", "by", "until", "till", "before", *WEEKDAYS})
_SAYS_ON = set_of(
    "at by on in to for about re regarding and or but with from then as if so because when before after until till "
    "latest please morning afternoon evening night noon midday lunchtime midnight am pm first eod cob the he she "
    "they we i it is has will not of which that who this next whether max tops sharp exactly end close"
)


def on_date(year: int, month: int, day: int, here: Here) -> Day:
    """Make the day of a full date; one that is past or does not exist carries why."""
    try:
        on = date(year, month, day)
    except ValueError:
        return Day((), f"There is no {day} {_month_name(month)} {year}.", choices=_near_dates(year, month))
    if on - here.today > FURTHEST:
        return Day((), "That is more than ten years ahead: check the year.")
    return Day((on,))


def next_date(month: int, day: int, here: Here) -> Day:
    """Make the day of a date without a year: the next one, unless it may as well be one just passed."""
    try:
        date(2024, month, day)
    except ValueError:
        return Day((), f"There is no {day} {_month_name(month)}.", choices=_near_dates(here.today.year, month, here))
    year = here.today.year
    try:
        on = date(year, month, day)
    except ValueError:
        on = here.today - ONE_DAY
    if on < here.today:
        try:
            on = date(year + 1, month, day)
        except ValueError:
            choices = _near_dates(year + 1, month)
            return Day((), f"The next {_month_name(month)} has no {nth(day)}: say which day.", choices=choices)
    if on - here.today >= NEXT_YEAR_AFTER:
        which = "has passed this year" if on.year > here.today.year else "is more than nine months ahead"
        return Day((), f"{day} {_month_name(month)} {which}: say the year.", choices=(on,))
    return Day((on,))


def _month_name(month: int) -> str:
    return f"{date(2024, month, 1):%B}"


def nth(day: int) -> str:
    """Write a day of the month as 1st, 22nd, 13th."""
    ending = "th" if 4 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _near_dates(year: int, month: int, here: Here | None = None) -> tuple[date, ...]:
    """Give the last day of a month and the first of the next, from now on."""
    if not 1 <= month <= 12 or not 1 <= year < 9999:
        return ()
    first_after = date(year + month // 12, month % 12 + 1, 1)
    if here is not None and first_after <= here.today:
        first_after = date(year + 1 + month // 12, month % 12 + 1, 1)
    return first_after - ONE_DAY, first_after


def written_date(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “25 November”, “the 25th of Nov 2026”, “first of December”."""
    start = at + 1 if word(tokens, at) == "the" else at
    counted = ordinal(tokens, start)
    is_ordinal = counted is not None
    if counted is None and shape(tokens, start) is Shape.NUMBER:
        counted = tokens[start].numbers[0], start + 1
    if counted is None:
        return None
    day, last = counted
    while text(tokens, last) in {"of", "-", "/", ".", ","}:
        if text(tokens, last) == "," or (text(tokens, last) == "of" and word(tokens, last + 1) in {"next", "this"}):
            break
        last += 1
    if is_ordinal and word(tokens, last) == "of" and word(tokens, last + 2) == "month":
        return (day_of(day, here, months=1 if word(tokens, last + 1) == "next" else 0),), last + 3
    if is_ordinal and word(tokens, last) in {"next", "this"} and word(tokens, last + 1) == "month":
        return (day_of(day, here, months=1 if word(tokens, last) == "next" else 0),), last + 2
    name = word(tokens, last)
    if name not in MONTHS or (not is_ordinal and start != at):
        return None
    if name in {"may", "march", "mar"} and not (tokens[last].is_capital or is_ordinal) and not _ends(tokens, last + 1):
        return None
    return _with_year(tokens, last + 1, here, month=MONTHS[name], day=day)


def month_first_date(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “Nov 25th”, “November the 25th, 2026”."""
    name = word(tokens, at)
    if name not in MONTHS:
        return None
    start = at + 1
    if text(tokens, start) in {".", "-", "/"}:
        start += 1
    if word(tokens, start) == "the":
        start += 1
    counted = ordinal(tokens, start)
    is_ordinal = counted is not None
    if counted is None:
        if shape(tokens, start) is not Shape.NUMBER or len(tokens[start].text) > 2 or tokens[start].numbers[0] == 0:
            return None
        counted = tokens[start].numbers[0], start + 1
    day, last = counted
    if not is_ordinal and name in NAMES_TOO:
        if name in {"may", "march"} and not tokens[at].is_capital:
            return None
        if word(tokens, at - 1) in CALLED:
            said = f"{tokens[at].raw} {day}"
            why = f"“{said}” may be a date, or somebody’s name and an hour."
            return (Day((), why, choices=next_date(MONTHS[name], day, here).dates),), last
    return _with_year(tokens, last, here, month=MONTHS[name], day=day)


def _with_year(tokens: Sequence[Token], last: int, here: Here, *, month: int, day: int) -> Found:
    after = last + 1 if text(tokens, last) in {",", "-", "/", ".", "'"} else last
    if shape(tokens, after) is Shape.NUMBER:
        year, digits = tokens[after].numbers[0], len(tokens[after].text)
        if (
            digits == 2
            and 0 <= year + 2000 - here.today.year <= YEARS_AS_WORDS
            and (year > 24 or text(tokens, last) in {"-", "/", "'"})
        ):
            return (on_date(2000 + year, month, day, here),), after + 1
        if digits == 4 and 1900 <= year < 2200:
            if year <= here.today.year + YEARS_AS_WORDS:
                return (on_date(year, month, day, here),), after + 1
            choices = on_date(year, month, day, here).dates
            return (Day((), f"Say the date in full: “{year}” may be a year or a time.", choices=choices),), after + 1
    return (next_date(month, day, here),), last


def numeric_date(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read 2026-11-25, 25/11/2026 and 25/11; 25.11 and 25-11 are read where a time of day is told from them."""
    kind = shape(tokens, at)
    if kind is Shape.ISO_DATE:
        year, month, day = tokens[at].numbers
        if not 1 <= month <= 12:
            return (Day((), f"There is no month {month}."),), at + 1
        return (on_date(year, month, day, here),), at + 1
    if kind is Shape.DATE:
        first, second, year = tokens[at].numbers
        if len(tokens[at].text) < 8 or year < 100:
            year += 2000
        return (numeric_day(first, second, here, year=year),), at + 1
    if kind is Shape.SLASHED:
        first, second = tokens[at].numbers
        if (first, second) in {(1, 2), (1, 3), (1, 4), (2, 3), (3, 4)} and word(tokens, at - 1) not in _ON_A_DATE:
            why = f"“{tokens[at].text}” may be a date or a part of something: say the month by its name."
            return (Day((), why, choices=numeric_day(first, second, here).dates),), at + 1
        return (numeric_day(first, second, here),), at + 1
    return None


def numeric_day(first: int, second: int, here: Here, *, year: int | None = None) -> Day:
    """Make the day of two numbers in the order that is agreed, with or without a year."""
    day, month = (second, first) if here.month_first else (first, second)
    make: Callable[[int, int], Day] = (
        (lambda m, d: next_date(m, d, here)) if year is None else (lambda m, d: on_date(year, m, d, here))
    )
    if 1 <= month <= 12:
        return make(month, day)
    order = "month before day" if here.month_first else "day before month"
    swapped = make(day, month).dates if 1 <= day <= 12 else ()
    return Day((), f"“{first}/{second}” is no date: numbers are read {order}.", choices=swapped)


def day_of_month(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “the 25th”, where no noun follows that it counts."""
    start = at + 1 if word(tokens, at) == "the" else at
    is_said = word(tokens, at - 1) in {"on", "by", "until", "till", "before", "for"} or word(tokens, at - 1) in WEEKDAYS
    counted = ordinal(tokens, start)
    if counted is None or (shape(tokens, start) is not Shape.ORDINAL and not (start > at and is_said)):
        return None
    day, last = counted
    if not _ends(tokens, last) and not (is_said and tokens[last].is_capital):
        return None
    return (day_of(day, here, months=None),), last


def day_of(day: int, here: Here, *, months: int | None) -> Day:
    """Make the day of a number in this month (0), the next (1), or whichever comes next (None)."""
    today = here.today
    index = today.year * 12 + today.month - 1
    if not 1 <= day <= 31:
        return Day((), f"No month has a {nth(day)}.")
    ahead = months or 0
    if months is None and day < today.day:
        ahead = 1
    year, month = divmod(index + ahead, 12)
    try:
        on = date(year, month + 1, day)
    except ValueError:
        why = f"{_month_name(month + 1)} has no {nth(day)}."
        return Day((), why, choices=_near_dates(year, month + 1))
    if months is None and on == today:
        year, month = divmod(index + 1, 12)
        later = (date(year, month + 1, day),) if day <= 28 else ()
        return Day((today, *later), "Today is that day: say today, or the month.")
    return Day((on,))


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether nothing follows that a number would count: the end, punctuation, a time, a small word."""
    if at >= len(tokens):
        return True
    token = tokens[at]
    if token.shape is Shape.WORD:
        return token.text in _SAYS_ON or token.text in WEEKDAYS or token.text in RELATIVE_DAYS
    return True


_PARTS_OF_A_MONTH = set_of("beginning start middle week weeks half day days part")


def month_alone(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read a month without a day (“in November”, “Nov 2027”), which is asked back."""
    name = word(tokens, at)
    if name not in MONTHS:
        return None
    has_year = shape(tokens, at + 1) is Shape.NUMBER and len(tokens[at + 1].text) == 4
    begins = word(tokens, at - 1) in {
        "in",
        "by",
        "until",
        "till",
        "before",
        "mid",
        "early",
        "late",
        "during",
        "next",
        "this",
    }
    begins = begins or (word(tokens, at - 1) == "of" and word(tokens, at - 2) in _PARTS_OF_A_MONTH)
    if not (has_year and (name not in NAMES_TOO or tokens[at].is_capital)) and not begins:
        return None
    if begins and name in NAMES_TOO and (not tokens[at].is_capital or _named(tokens, at)):
        return None
    return (Asked(f"Which day in {_month_name(MONTHS[name])}?"),), at + (2 if has_year else 1)


def _named(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].shape is Shape.WORD and tokens[at + 1].is_capital
