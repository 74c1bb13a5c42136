"""Words that tell of a time without saying which: “next week”, “soon”, “at the weekend”, “end of the week”."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from commitments.domain.phrases.answers import Choice
from commitments.domain.phrases.dates import next_date
from commitments.domain.phrases.days import WEEK, day_at, weekday_after
from commitments.domain.phrases.said import ONE_DAY, Asked, Day, Edge, Found, Here, Nothing, Part, Piece
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import MONTHS, follows, longest, phrases_of, shape, word

_SOON = phrases_of(
    "asap, as soon as possible, as soon as i can, as soon as we can, as soon as, soonest, soon, shortly, very soon, "
    "real soon, urgently, immediately, right away, straight away, straightaway, at once, later, later on, sometime, "
    "sometime soon, some time soon, eventually, in a bit, in a while, in a little while, in a moment, in a mo, "
    "in a minute, in a min, in a sec, in a second, in a tick, in a jiffy, in no time, in due course, any time, "
    "anytime, any minute, any moment, when possible, right now, one day, some day, someday, before long, "
    "at some point, momentarily, presently, in time, in the near future, these days, at your earliest convenience, "
    "when i can, when we can"
)
_WHICH_DAY = phrases_of(
    "early next week, mid next week, middle of next week, beginning of next week, start of next week, "
    "late next week, later next week, the week after next, week after next, the following week, following week, "
    "next week, sometime next week, some time next week, in the coming days, in coming days, the next few days, "
    "in the next few days, over the next few days, in the next couple of days, next month, next year, "
    "early next month, later this month, this month, this year, later this year, next quarter, this quarter, "
    "end of the quarter, end of quarter, eoq, beginning of the month, start of the month, middle of the month, "
    "mid month, end of next quarter, end of the year, end of year, eoy, end of the financial year, "
    "start of the week, beginning of the week, middle of the week, midweek, mid week, later in the week, "
    "later this week, earlier next week, in the week, during the week, this week, some time this week, "
    "sometime this week, any day, any day now, other day, the next day, the following day, next day, the day after, "
    "after the weekend, this coming week, coming week, the coming week, in spring, in summer, in autumn, in winter, "
    "this summer, this winter, this spring, this autumn, next time"
)
_LATER_TODAY = phrases_of(
    "later today, sometime today, some time today, later this afternoon, later this morning, later this evening, "
    "later tonight, by nightfall, before dark"
)
_OWN_CLOCKS = phrases_of(
    "end of shift, end of the shift, end of my shift, shift's end, end of her shift, end of his shift, "
    "end of the call, after lunch, before lunch, at lunch, over lunch, by lunch, after work, before work, at dawn, "
    "at dusk, at sunset, at sunrise, at breakfast, after breakfast, at dinner, after dinner, by dinner, teatime, "
    "at teatime, by teatime, dinnertime, dinner time, tea time, by tea, after school, mid morning, mid afternoon, "
    "early morning, early afternoon, late afternoon, late morning, late evening, early evening, late at night, "
    "late tonight, at night, close of trading, end of trading, last thing, overnight, out of hours, after hours, "
    "when we open, when we close, before we open, before we close, once we open, when they open"
)
_REPEATED = phrases_of(
    "every day, every morning, every afternoon, every evening, every night, every hour, every week, every month, "
    "every weekday, every working day, each day, each morning, each week, each month, each evening, on weekdays"
)
_PASSED = phrases_of(
    "last week, last month, last year, last night, last evening, earlier today, earlier this week, the other day, "
    "previously, recently, just now, the past week, past week"
)
_HOLIDAYS: Mapping[str, tuple[int, int]] = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "xmas": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "new year": (1, 1),
    "new year's": (1, 1),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "the new year": (1, 1),
    "easter": (0, 0),
    "easter monday": (0, 0),
    "good friday": (0, 0),
    "thanksgiving": (0, 0),
    "bank holiday": (0, 0),
    "the bank holiday": (0, 0),
    "bank holiday monday": (0, 0),
    "the holidays": (0, 0),
    "whitsun": (0, 0),
    "pentecost": (0, 0),
    "ramadan": (0, 0),
    "eid": (0, 0),
    "diwali": (0, 0),
    "halloween": (10, 31),
}
_NAMED_DAYS = phrases_of(
    "good friday, black friday, cyber monday, bank holiday monday, easter monday, easter sunday, palm sunday, "
    "whit monday, ash wednesday, shrove tuesday, maundy thursday, super tuesday, boxing day monday"
)
_NAMES = phrases_of("man friday, sunday times, sunday telegraph, sunday roast, monday . com")
_PHRASES: Mapping[str, str] = (
    dict.fromkeys(_SOON, "soon")
    | dict.fromkeys(_WHICH_DAY, "day")
    | dict.fromkeys(_LATER_TODAY, "today")
    | dict.fromkeys(_OWN_CLOCKS, "clock")
    | dict.fromkeys(_PASSED, "past")
    | dict.fromkeys(_REPEATED, "repeated")
    | dict.fromkeys(_NAMED_DAYS, "named")
    | dict.fromkeys(_NAMES, "nothing")
    | {"24 hours a day": "nothing", "24 / 7": "nothing", "nine to five": "nothing"}
)


def vague_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read the words at a place that tell of a time without saying it."""
    if shape(tokens, at) is Shape.SLASHED and tokens[at].numbers == (24, 7):
        return (Nothing(),), at + 1
    for read in (_end_of, _weekend, _holiday, _ago):
        found = read(tokens, at, here)
        if found is not None:
            return found
    phrase = longest(tokens, at, _PHRASES, words=5)
    if phrase is None:
        return None
    sort, last = phrase
    if word(tokens, at) == "later" and last == at + 1 and word(tokens, at - 1) in {"or", "no", "not", "and"}:
        return None
    if word(tokens, last - 1) == "day" and word(tokens, last) in {"delivery", "shipping", "service", "courier", "air"}:
        return (Nothing(),), last
    said = " ".join(token.raw for token in tokens[at:last])
    if sort == "nothing":
        return (Nothing(),), last
    if sort == "past":
        return (Asked("That is past: say when it is due.", is_soft=True),), last
    if sort == "named":
        return (Asked(f"Say the date of “{said}”.", is_soft=True, joins=True),), last
    if sort == "repeated":
        return (Asked("A promise has one due time: say the first.", is_soft=True, joins=True),), last
    if sort == "soon":
        return (Asked(f"“{said}” is no time that can be promised: say when.", _soon(here), is_soft=True),), last
    if sort == "today":
        return (Asked(f"“{said}” is no exact time: say which.", _soon(here)[:1]),), last
    if sort == "clock":
        return (Asked(f"“{said}” is no exact time: say which hour."),), last
    return (Asked(f"“{said}” says no day: which one?", _days_meant(said, here)),), last


def _soon(here: Here) -> tuple[Choice, ...]:
    """Offer the end of today, where that is ahead, and of the next open day."""
    choices: list[Choice] = []
    closing = here.week.closing(here.today)
    if closing is not None:
        choices += here.choices_at(closing)[:1]
    following = next(here.open_days(here.today), None)
    if following is not None:
        choices.append(here.choice(following))
    return tuple(choices)


def _days_meant(said: str, here: Here) -> tuple[Choice, ...]:
    monday = here.today - timedelta(days=here.today.weekday())
    lowered = said.lower()
    if "week" in lowered and "month" not in lowered:
        weeks = (
            2
            if "after next" in lowered
            else 1
            if "next" in lowered or "following" in lowered or "coming" in lowered
            else 0
        )
        days = [monday + weeks * WEEK + timedelta(days=n) for n in range(7)]
        return tuple(here.choice(day) for day in days if day > here.today and here.week.is_open(day))
    if lowered.removeprefix("the ") in {"next day", "following day"}:
        return (here.choice(here.today + ONE_DAY),)
    if lowered.removeprefix("the ") == "day after":
        return (here.choice(here.today + 2 * ONE_DAY),)
    if "year" in lowered or lowered == "eoy":
        last = date(here.today.year, 12, 31)
        return (here.choice(last),) if "next" not in lowered and last > here.today else ()
    return ()


def _end_of(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “end of the week”, “EOM”, “the end of tomorrow”, “close of play Friday”."""
    start = at + 1 if word(tokens, at) == "the" else at
    for said, weeks in (
        ("end of the week", 0), ("end of week", 0), ("end of this week", 0), ("end of the working week", 0), ("eow", 0),
        ("week's end", 0), ("week end", 0), ("end of next week", 1),
        ("end of the next week", 1),
    ):  # fmt: skip
        last = follows(tokens, start, said)
        if last and said != "week end":
            return _end_of_week(here, weeks), last
    for said, months in (
        ("end of the month", 0), ("end of month", 0), ("end of this month", 0), ("month end", 0), ("month's end", 0),
        ("eom", 0), ("end of next month", 1), ("last day of the month", 0),
    ):  # fmt: skip
        last = follows(tokens, start, said)
        if last:
            return _end_of_month(here, months), last
    last = follows(tokens, start, "end of") or follows(tokens, start, "close of") or follows(tokens, start, "eod on")
    if not last:
        return None
    if word(tokens, last) in MONTHS:
        named = MONTHS[word(tokens, last)]
        return _end_of_month(here, (named - here.today.month) % 12), last + 1
    day = day_at(tokens, last, here)
    if day is not None and len(day[0]) == 1 and isinstance(day[0][0], Day):
        return (day[0][0], Edge.CLOSING), day[1]
    if day is not None:
        return (Asked("Say the day itself."),), day[1]
    parts = {"morning": Part.MORNING, "afternoon": Part.AFTERNOON, "evening": Part.EVENING}
    place = last + 1 if word(tokens, last) in {"the", "this"} else last
    if word(tokens, place) in parts:
        return (Asked(f"“End of the {word(tokens, place)}” is no exact time: say which."),), place + 1
    return None


def _end_of_week(here: Here, weeks: int) -> tuple[Piece, ...]:
    monday = here.today - timedelta(days=here.today.weekday()) + weeks * WEEK
    opened = [day for day in (monday + timedelta(days=n) for n in range(7)) if here.week.is_open(day)]
    if not opened:
        return (Asked("No day of that week is open: say a date."),)
    last = opened[-1]
    closing = here.week.closing(last)
    if last.weekday() > 4:
        ends = [here.choice(day) for day in opened if day.weekday() >= 4 and day >= here.today]
        return (Asked("Which day ends your week?", tuple(ends)),)
    if closing is None or not any(here.is_ahead(at) for at in here.instants(closing)):
        after = _end_of_week(here, weeks + 1) if weeks < 2 else ()
        choices = tuple(here.choice(day) for piece in after if isinstance(piece, Day) for day in piece.dates)
        return (Asked("This week’s end has passed: say which day.", choices),)
    return Day((last,)), Edge.CLOSING


def _end_of_month(here: Here, months: int) -> tuple[Piece, ...]:
    year, month = divmod(here.today.year * 12 + here.today.month + months, 12)
    last = date(year, month + 1, 1) - ONE_DAY
    if here.week.is_open(last):
        return Day((last,)), Edge.CLOSING
    opened = next((day for day in (last - timedelta(days=n) for n in range(1, 28)) if here.week.is_open(day)), None)
    days = [day for day in (opened, last) if day is not None and day >= here.today]
    return (
        Asked(f"{last:%A} {last.day} {last:%B} is closed: say which day.", tuple(here.choice(day) for day in days)),
    )


def _weekend(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    start = at
    while word(tokens, start) in {"this", "next", "the", "coming", "over", "following"}:
        start += 1
    if word(tokens, start) not in {"weekend", "weekends"} and not follows(tokens, start, "week end"):
        return None
    if start == at and word(tokens, at - 1) not in {"at", "by", "on", "before", "until", "over", "for", ""}:
        return (Nothing(),), start + 1
    if word(tokens, at - 1) == "last":
        return (Asked("That is past.", is_soft=True),), start + 1
    saturday = weekday_after(here.today - ONE_DAY, 5)
    ends = [saturday - ONE_DAY] if word(tokens, at - 1) in {"by", "before", "until"} else []
    days = [day for day in (*ends, saturday, saturday + ONE_DAY) if day >= here.today]
    return (Asked("Which day of the weekend?", tuple(here.choice(day) for day in days)),), start + 1


def _holiday(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    found = longest(tokens, at, _HOLIDAYS, words=4)
    before = word(tokens, at - 1)
    if found is None or before not in {
        "by",
        "before",
        "on",
        "at",
        "over",
        "after",
        "until",
        "till",
        "next",
        "the",
        "this",
    }:
        return None
    on, last = found
    dates = next_date(*on, here) if on[0] else Day(())
    said = " ".join(token.raw for token in tokens[at:last])
    choices = tuple(here.choice(day) for day in (*dates.dates, *dates.choices))
    return (Asked(f"Say the date of “{said}”.", choices),), last


def _ago(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “since Monday”, “dated 3 November”: times that are told of."""
    if word(tokens, at) not in {"since", "dated", "ever"}:
        return None
    start = at + 1 if word(tokens, at) != "ever" else at + 2
    start += 1 if word(tokens, start) in {"the", "about", "around"} else 0
    day = day_at(tokens, start, here)
    if day is not None:
        last = day[1]
        while word(tokens, last) in {"morning", "afternoon", "evening", "night", "noon", "at"} or shape(
            tokens, last
        ) in {
            Shape.CLOCK,
            Shape.MERIDIEM,
        }:
            last += 1
        return (Nothing(),), last
    if shape(tokens, start) in {Shape.CLOCK, Shape.MERIDIEM, Shape.NUMBER, Shape.DOTTED}:
        return (Nothing(),), start + 1
    if word(tokens, start) in {"this", "last"}:
        return (Nothing(),), start + 2
    return None
