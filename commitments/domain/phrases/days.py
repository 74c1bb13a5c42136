"""Days as they are said: “tomorrow”, “next Tuesday”, “Nov 25th”, “25/11”, “a week on Friday”."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from commitments.domain.phrases.said import FURTHEST, NEXT_YEAR_AFTER, ONE_DAY, Asked, Clock, Day, Edge, Here, Piece
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    MONTHS,
    NAMES_TOO,
    WEEKDAYS,
    WORDS_TOO,
    follows,
    longest,
    number,
    ordinal,
    set_of,
    shape,
    text,
    word,
)

Found = tuple[tuple[Piece, ...], int]
"""What is said, and the place after it."""

WEEK = timedelta(days=7)

_RELATIVE: Mapping[str, int] = {
    "today": 0,
    "tomorrow": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "tmw": 1,
    "tom": 1,
    "tomoz": 1,
    "yesterday": -1,
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "day after tmrw": 2,
    "tomorrow week": 8,
    "today week": 7,
    "a week today": 7,
    "a week tomorrow": 8,
    "week today": 7,
    "week tomorrow": 8,
    "a fortnight today": 14,
    "a fortnight tomorrow": 15,
    "two weeks today": 14,
    "two weeks tomorrow": 15,
    "this time next week": 7,
}
_CALLED = set_of(
    "call ring phone tell email mail text message ask with mr mrs ms miss dr for and hi hello dear sms ping contact "
    "thank remind inform update"
)
"""Before a word that is a name as well, these make it somebody's name."""


def day_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read the day that is said at a place."""
    for read in (_relative, _weekday, _weeks_on, _written_date, _month_first_date, _numeric, _day_of_month, _month):
        found = read(tokens, at, here)
        if found is not None:
            return found
    return None


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
            return Day((), f"The next {_month_name(month)} has no {day}th: say which day.", choices=choices)
    if on - here.today >= NEXT_YEAR_AFTER:
        return Day((), f"{day} {_month_name(month)} has passed this year: say the year.", choices=(on,))
    return Day((on,))


def weekday_after(day: date, weekday: int) -> date:
    """Give the first date with a weekday after one."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _month_name(month: int) -> str:
    return f"{date(2024, month, 1):%B}"


def _near_dates(year: int, month: int, here: Here | None = None) -> tuple[date, ...]:
    """Give the last day of a month and the first of the next, from now on."""
    if not 1 <= month <= 12 or not 1 <= year < 9999:
        return ()
    first_after = date(year + month // 12, month % 12 + 1, 1)
    if here is not None and first_after <= here.today:
        first_after = date(year + 1 + month // 12, month % 12 + 1, 1)
    return first_after - ONE_DAY, first_after


def _relative(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    start = at + 1 if word(tokens, at) == "the" and word(tokens, at + 1) == "day" else at
    found = longest(tokens, start, _RELATIVE, words=4)
    if found is None:
        return None
    days, last = found
    if text(tokens, start) == "tom":
        is_timed = shape(tokens, last) in {Shape.CLOCK, Shape.MERIDIEM} or word(tokens, last) in {"at", "by", "noon"}
        if tokens[start].is_capital and not is_timed:
            return None
        if tokens[start].is_capital or word(tokens, start - 1) in _CALLED:
            return (Asked("“Tom” may be tomorrow, or somebody’s name: say tomorrow or today."),), last
    if follows(tokens, start, "this time next week"):
        return (Day((here.today + WEEK,)), _now(here)), last
    return (Day((here.today + timedelta(days=days),)),), last


def _may_be_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word that is a name too is one here."""
    token = tokens[at]
    if at + 1 < len(tokens) and tokens[at + 1].shape is Shape.WORD and tokens[at + 1].is_capital and token.is_capital:
        return word(tokens, at + 1) not in WEEKDAYS
    return word(tokens, at - 1) in _CALLED or (token.is_capital and at > 0 and tokens[at - 1].is_capital)


def _now(here: Here) -> Clock:
    local = here.local
    return Clock(((local.hour * 60 + local.minute) * 60,))


def _weekday(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    said, start = "", at
    opening = word(tokens, at)
    if opening in {"next", "this", "coming", "every", "each", "last", "past", "following"}:
        said, start = opening, at + 1
        if said in {"this", "next"} and word(tokens, start) in {"coming", "available", "working"}:
            start += 1
    name = word(tokens, start)
    plural = name.removesuffix("s") if name.endswith("days") else ""
    if plural in WEEKDAYS:
        return (Asked("A promise has one due time: say which day is meant first."),), start + 1
    if name not in WEEKDAYS or (name in WORDS_TOO and not _is_weekday(tokens, start, bool(said))):
        return None
    last = start + 1
    if (
        text(tokens, last) == "."
        and len(name) < 6
        and last + 1 < len(tokens)
        and tokens[last].end == tokens[last].start + 1
    ):
        last += 1 if tokens[last].start == tokens[last - 1].end and shape(tokens, last + 1) is not Shape.WORD else 0
    weekday = WEEKDAYS[name]
    return _which_week(tokens, last, here, said=said, weekday=weekday)


def _which_week(tokens: Sequence[Token], last: int, here: Here, *, said: str, weekday: int) -> Found:
    today = here.today
    coming = weekday_after(today, weekday)
    monday = today - timedelta(days=today.weekday())
    this_week, next_week = monday + timedelta(days=weekday), monday + WEEK + timedelta(days=weekday)
    name = f"{coming:%A}"
    for tail in ("of next week", "next week", "the week after next", "of this week", "this week"):
        after = follows(tokens, last, tail)
        if after and not said:
            if tail.endswith("after next"):
                return (Day((next_week + WEEK,)),), after
            if tail.endswith("next week"):
                return (Day((next_week,)),), after
            return (_this(this_week, coming, here),), after
    for tail, weeks in (("week", 1), ("fortnight", 2), ("in a week", None), ("in two weeks", None), ("next", None)):
        after = follows(tokens, last, tail)
        if after and not said:
            if weeks is None or today.weekday() == weekday:
                return (Day((), f"Which {name}?", choices=(coming, coming + WEEK)),), after
            return (Day((coming + weeks * WEEK,)),), after
    if said in {"last", "past"}:
        return (Day((coming - 2 * WEEK if today.weekday() == weekday else coming - WEEK,)),), last
    if said in {"every", "each"}:
        return (Asked("A promise has one due time: say which day is meant first.", (here.choice(coming),)),), last
    if said == "this":
        return (_this(this_week, coming, here),), last
    if said == "coming":
        return (Day((coming,)),), last
    if said in {"next", "following"}:
        if follows(tokens, last, "week"):
            return (Day((), f"Which {name}?", choices=(coming, coming + WEEK)),), last + 1
        # Whether “next Friday” is this week's or next week's, people do not agree on; on a Sunday not even on weeks.
        if this_week > today or (today.weekday() == 6 and weekday != 6) or said == "following":
            return (
                Day((coming, coming + WEEK), f"“Next {name}” is this week’s to some and next week’s to others."),
            ), last
        return (Day((next_week,)),), last
    if today.weekday() == weekday:
        return (Day((today, today + WEEK), f"Today is {name}: say today, or which {name}.", weekday=weekday),), last
    return (Day((coming,), weekday=weekday),), last


def _this(this_week: date, coming: date, here: Here) -> Day:
    if this_week >= here.today:
        return Day((this_week,))
    return Day((), f"This week’s {coming:%A} has passed.", choices=(coming,))


def _is_weekday(tokens: Sequence[Token], at: int, is_said: bool) -> bool:
    """Tell whether “sat”, “sun”, “wed” or “mon” is the day."""
    token = tokens[at]
    before, after = word(tokens, at - 1), shape(tokens, at + 1)
    if before == "the" or (token.is_capital and _may_be_a_name(tokens, at) and after is Shape.WORD and not is_said):
        return False
    if is_said or token.is_capital or before in {"on", "by", "until", "till", "before", "for", "or", "and"}:
        return True
    nothing_follows = after is None or after in {Shape.MARK, Shape.CLOCK, Shape.MERIDIEM, Shape.NUMBER, Shape.SLASHED}
    return nothing_follows or word(tokens, at + 1) in {"at", "by", "morning", "afternoon", "evening", "noon", "or"}


def _weeks_on(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “a week on Friday”, “two weeks from tomorrow”, “three days after Monday”."""
    start, count = (at + 1, 1) if word(tokens, at) in {"a", "one"} else (at, 1)
    if start == at:
        counted = number(tokens, at)
        if counted is not None:
            count, start = counted
    unit = word(tokens, start)
    days = {"week": 7, "weeks": 7, "wk": 7, "wks": 7, "fortnight": 14, "day": 1, "days": 1}.get(unit, 0)
    if not days or not 1 <= count <= 500:
        return None
    joint = word(tokens, start + 1)
    if joint not in {"on", "from", "after"} or (joint == "on" and days == 1):
        return None
    if follows(tokens, start + 2, "now"):
        return (Day((here.today + timedelta(days=days * count),)),), start + 3
    base = None
    for read in (_relative, _weekday, _written_date, _month_first_date, _numeric):
        base = base or read(tokens, start + 2, here)
    if base is None:
        return None
    pieces, last = base
    day = pieces[0]
    if len(pieces) > 1 or not isinstance(day, Day):
        return pieces, last
    ahead = timedelta(days=days * count)
    shifted = Day(tuple(on + ahead for on in day.dates), day.why, choices=tuple(on + ahead for on in day.choices))
    return (shifted,), last


def _written_date(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
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
        return (_day_of(day, here, months=1 if word(tokens, last + 1) == "next" else 0),), last + 3
    if is_ordinal and word(tokens, last) in {"next", "this"} and word(tokens, last + 1) == "month":
        return (_day_of(day, here, months=1 if word(tokens, last) == "next" else 0),), last + 2
    name = word(tokens, last)
    if name not in MONTHS or (not is_ordinal and start != at):
        return None
    if name in {"may", "march", "mar"} and not (tokens[last].is_capital or is_ordinal) and not _ends(tokens, last + 1):
        return None
    return _with_year(tokens, last + 1, here, month=MONTHS[name], day=day)


def _month_first_date(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
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
        if word(tokens, at - 1) in _CALLED:
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
            and 0 <= year + 2000 - here.today.year <= 2
            and (year > 24 or text(tokens, last) in {"-", "/", "'"})
        ):
            return (on_date(2000 + year, month, day, here),), after + 1
        if digits == 4 and 1900 <= year < 2200:
            if year <= here.today.year + 2:
                return (on_date(year, month, day, here),), after + 1
            choices = on_date(year, month, day, here).dates
            return (Day((), f"Say the date in full: “{year}” may be a year or a time.", choices=choices),), after + 1
    return (next_date(month, day, here),), last


def _numeric(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
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


def _day_of_month(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “the 25th”, where no noun follows that it counts."""
    start = at + 1 if word(tokens, at) == "the" else at
    is_said = word(tokens, at - 1) in {"on", "by", "until", "till", "before", "for"} or word(tokens, at - 1) in WEEKDAYS
    counted = ordinal(tokens, start)
    if counted is None or (shape(tokens, start) is not Shape.ORDINAL and not (start > at and is_said)):
        return None
    day, last = counted
    if not _ends(tokens, last) and not (is_said and tokens[last].is_capital):
        return None
    return (_day_of(day, here, months=None),), last


def _day_of(day: int, here: Here, *, months: int | None) -> Day:
    """Make the day of a number in this month (0), the next (1), or whichever comes next (None)."""
    today = here.today
    index = today.year * 12 + today.month - 1
    if not 1 <= day <= 31:
        return Day((), f"No month has a {day}th.")
    ahead = months or 0
    if months is None and day < today.day:
        ahead = 1
    year, month = divmod(index + ahead, 12)
    try:
        on = date(year, month + 1, day)
    except ValueError:
        why = f"{_month_name(month + 1)} has no {day}th."
        return Day((), why, choices=_near_dates(year, month + 1))
    if months is None and on == today:
        year, month = divmod(index + 1, 12)
        later = (date(year, month + 1, day),) if day <= 28 else ()
        return Day((today, *later), "Today is that day: say today, or the month.")
    return Day((on,))


_SAYS_ON = set_of(
    "at by on in to for about re regarding and or but with from then as if so because when before after until till "
    "latest please morning afternoon evening night noon midday lunchtime midnight am pm first eod cob the he she "
    "they we i it is has will not of which that who this next whether max tops sharp exactly end close"
)


def _ends(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether nothing follows that a number would count: the end, punctuation, a time, a small word."""
    if at >= len(tokens):
        return True
    token = tokens[at]
    if token.shape is Shape.WORD:
        return token.text in _SAYS_ON or token.text in WEEKDAYS or token.text in _RELATIVE
    return True


def _month(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
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
    if not (has_year and (name not in NAMES_TOO or tokens[at].is_capital)) and not begins:
        return None
    if begins and name in NAMES_TOO and (not tokens[at].is_capital or _named(tokens, at)):
        return None
    return (Asked(f"Which day in {_month_name(MONTHS[name])}?"),), at + (2 if has_year else 1)


def _named(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].shape is Shape.WORD and tokens[at + 1].is_capital


def end_of(day: date) -> tuple[Piece, ...]:
    """Give the closing hour of a day."""
    return Day((day,)), Edge.CLOSING
