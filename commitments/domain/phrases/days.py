"""Days as they are said: “tomorrow”, “next Tuesday”, “Nov 25th”, “25/11”, “a week on Friday”."""

from collections.abc import Sequence
from datetime import date, timedelta

from commitments.domain.phrases.dates import (
    CALLED,
    day_of_month,
    month_alone,
    month_first_date,
    numeric_date,
    written_date,
)
from commitments.domain.phrases.said import Asked, Clock, Day, Found, Here
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    RELATIVE_DAYS,
    WEEKDAYS,
    WORDS_TOO,
    follows,
    longest,
    number,
    shape,
    text,
    word,
)

WEEK = timedelta(days=7)


def day_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read the day that is said at a place."""
    for read in (
        _relative,
        _weekday,
        _weeks_on,
        written_date,
        month_first_date,
        numeric_date,
        day_of_month,
        month_alone,
    ):
        found = read(tokens, at, here)
        if found is not None:
            return found
    return None


def weekday_after(day: date, weekday: int) -> date:
    """Give the first date with a weekday after one."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)


def _relative(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    start = at + 1 if word(tokens, at) == "the" and word(tokens, at + 1) == "day" else at
    found = longest(tokens, start, RELATIVE_DAYS, words=4)
    if found is None:
        return None
    days, last = found
    if text(tokens, start) == "tom":
        is_timed = shape(tokens, last) in {Shape.CLOCK, Shape.MERIDIEM} or word(tokens, last) in {"at", "by", "noon"}
        if tokens[start].is_capital and not is_timed:
            return None
        if tokens[start].is_capital or word(tokens, start - 1) in CALLED:
            return (Asked("“Tom” may be tomorrow, or somebody’s name: say tomorrow or today."),), last
    if follows(tokens, start, "this time next week"):
        return (Day((here.today + WEEK,)), _now(here)), last
    return (Day((here.today + timedelta(days=days),)),), last


def _may_be_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word that is a name too is one here."""
    token = tokens[at]
    if at + 1 < len(tokens) and tokens[at + 1].shape is Shape.WORD and tokens[at + 1].is_capital and token.is_capital:
        return word(tokens, at + 1) not in WEEKDAYS
    return word(tokens, at - 1) in CALLED or (token.is_capital and at > 0 and tokens[at - 1].is_capital)


def _now(here: Here) -> Clock:
    local = here.local
    return Clock(((local.hour * 60 + local.minute) * 60,))


def _weekday(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    for lead, weeks in (("next week", 1), ("this week", 0)):
        start = follows(tokens, at, lead)
        start += 1 if start and (word(tokens, start) == "on" or text(tokens, start) == ",") else 0
        if start and word(tokens, start) in WEEKDAYS and word(tokens, start) not in WORDS_TOO:
            weekday = WEEKDAYS[word(tokens, start)]
            on = here.today + timedelta(days=weekday - here.today.weekday()) + weeks * WEEK
            return (Day((on,)) if weeks else _this(on, weekday_after(here.today, weekday), here),), start + 1
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
    if said == "last" and word(tokens, last) in {"of", "in"}:
        return (Asked("Say the date itself."),), last
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
                Day(
                    (coming, coming + WEEK),
                    f"“{said.title()} {name}” is this week’s to some and next week’s to others.",
                ),
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
    return nothing_follows or word(tokens, at + 1) in {
        "at",
        "by",
        "morning",
        "afternoon",
        "evening",
        "noon",
        "or",
        "am",
        "pm",
    }


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
    for read in (_relative, _weekday, written_date, month_first_date, numeric_date):
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


_READERS = (_relative, _weekday, _weeks_on, written_date, month_first_date, numeric_date, day_of_month, month_alone)
