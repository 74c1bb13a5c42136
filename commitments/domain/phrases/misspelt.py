"""Days that are misspelt or said in another language: asked back, lest the hour beside them is taken for today’s."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from commitments.domain.phrases.dates import next_date
from commitments.domain.phrases.days import weekday_after
from commitments.domain.phrases.said import Day, Here, Item
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import MONTHS, RELATIVE_DAYS, WEEKDAYS, ordinal, set_of, shape, text, word

_TIMES = frozenset({Shape.CLOCK, Shape.MERIDIEM, Shape.NUMBER, Shape.DOTTED, Shape.HOURS})
_BESIDE_A_DAY = set_of(
    "at by @ noon midday lunchtime midnight eod cob eob first morning afternoon evening night half quarter"
)
_BEFORE_A_DAY = set_of("on by until till next this before")
_DAYS = [name for name in (*WEEKDAYS, "tomorrow") if len(name) > 5]
_MONTHS = [name for name in MONTHS if len(name) > 5]
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr"})
_OTHER_WORDS = set_of("frida sundae sundaes sundry")
_ELSEWHERE: Mapping[str, str] = {
    said: meant
    for meant, every in {
        "today": "heute hoy hoje oggi aujourd'hui vandaag",
        "tomorrow": "morgen mañana manana amanhã amanha demain domani",
        "day after tomorrow": "übermorgen uebermorgen overmorgen",
        "monday": "montag lunes segunda lundi lunedì maandag",
        "tuesday": "dienstag martes terça mardi martedì dinsdag",
        "wednesday": "mittwoch miércoles miercoles quarta mercredi mercoledì woensdag",
        "thursday": "donnerstag jueves quinta jeudi giovedì donderdag",
        "friday": "freitag viernes sexta vendredi venerdì vrijdag",
        "saturday": "samstag sonnabend sábado samedi sabato zaterdag",
        "sunday": "sonntag domingo dimanche domenica zondag",
    }.items()
    for said in every.split()
}


def misspelt_at(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    """Read a word that is most likely meant for a day or a month, where a time or a number stands beside it."""
    return _month(tokens, at, here) or _day(tokens, at, here)


def _day(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    said = word(tokens, at)
    is_led = word(tokens, at - 1) in _BEFORE_A_DAY
    if len(said) < 3 or word(tokens, at - 1) in _TITLES or not (is_led or _is_beside_a_time(tokens, at)):
        return None
    meant = _ELSEWHERE.get(said) or _near(said, _DAYS)
    if not meant:
        return None
    days = RELATIVE_DAYS.get(meant)
    on = here.today + timedelta(days=days) if days is not None else weekday_after(here.today, WEEKDAYS[meant])
    # Without “on” it may be a name; it counts only together with the time beside it.
    return Item((_asked(tokens[at].raw, meant, (on,)),), at, at + 1, is_bare=not is_led)


def _month(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    counted = ordinal(tokens, at) if shape(tokens, at) is Shape.ORDINAL else None
    if shape(tokens, at) is Shape.NUMBER and len(text(tokens, at)) < 3:
        counted = tokens[at].numbers[0], at + 1
    if counted is not None:
        place = counted[1] + 1 if word(tokens, counted[1]) == "of" else counted[1]
        last = place + 1
    else:
        place, last = at, at + 2
        if shape(tokens, at + 1) not in {Shape.NUMBER, Shape.ORDINAL} or len(text(tokens, at + 1)) > 4:
            return None
        counted = tokens[at + 1].numbers[0], last
    name = word(tokens, place)
    meant = _near(name, _MONTHS) if len(name) > 4 else ""
    if not meant or not 1 <= counted[0] <= 31:
        return None
    day = next_date(MONTHS[meant], counted[0], here)
    return Item((_asked(tokens[place].raw, meant, (*day.dates, *day.choices)),), at, last)


def _asked(said: str, meant: str, choices: tuple[date, ...]) -> Day:
    return Day((), f"“{said}” may be meant for {meant if meant in RELATIVE_DAYS else meant.title()}.", choices=choices)


def _is_beside_a_time(tokens: Sequence[Token], at: int) -> bool:
    place = at + 2 if text(tokens, at + 1) in {",", "-", "."} else at + 1
    if shape(tokens, place) in _TIMES or text(tokens, place) in _BESIDE_A_DAY:
        return True
    return shape(tokens, at - 1) in _TIMES or word(tokens, at - 1) in {
        "noon",
        "eod",
        "cob",
        "thing",
        "morning",
        "o'clock",
    }


def _near(said: str, names: Sequence[str]) -> str:
    """Find the name that a word is a letter or two away from; empty for none, and for the name itself."""
    if said in names or said in _OTHER_WORDS or len(said) < 4:
        return ""
    for name in names:
        if said[0] != name[0] and said[:2] != name[1::-1]:
            continue
        room = 2 if len(name) > 7 else 1
        if abs(len(said) - len(name)) <= room and name not in said and _distance(said, name) <= room:
            return name
    return ""


def _distance(one: str, other: str) -> int:
    """Count the letters to add, to leave out, to change or to swap with the next."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        before, row = row, list(_next_row(one, other, place, letter, before=row, earlier=before))
    return row[-1]


def _next_row(one: str, other: str, place: int, letter: str, *, before: list[int], earlier: list[int]) -> Iterator[int]:
    last = place + 1
    yield last
    for at, wanted in enumerate(other):
        last = min(before[at] + (letter != wanted), before[at + 1] + 1, last + 1)
        if place and at and letter == other[at - 1] and one[place - 1] == wanted:
            last = min(last, earlier[at - 1] + 1)
        yield last
