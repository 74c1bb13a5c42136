"""The words around a time: those that belong to it, change what it means, or show that it is no due time."""

import enum
import re
from collections.abc import Sequence

from commitments.domain.phrases.items import is_labelled
from commitments.domain.phrases.said import Asked, Day, Edge, Here, Item, Moment
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    MONTHS,
    RELATIVE_DAYS,
    UNITS,
    WEEKDAYS,
    counts_something,
    follows,
    number,
    phrases_of,
    set_of,
    shape,
    text,
    word,
)


class Manner(enum.Enum):
    """How a time is said; each but the first three carries why it has to be asked back."""

    PLAIN = "plain"
    OR = "or"
    DASH = "dash"
    TELLING = "This tells of a time: say by when it is due."
    BEFORE = "“Before” a day may leave that day out: say the last day that counts."
    AFTER = "This says from when, not by when: say the latest time."
    ABOUT = "A promise has an exact time: say it without “about” or “early”."
    NOT = "This says when not: say when it is due."
    REPEATED = "A promise has one due time: say the first."
    COUNTED = "Say the date itself."
    UNSURE = "A promise has to be kept: say a time that is sure."
    ELSEWHERE = "This may be another place’s time: say it by the clocks here, and no place."


_PLAIN = set_of(
    "at by on the @ , ( ) in until till til due of is sharp exactly precisely ; latest local for no later than"
)
_OR = set_of(
    "or and to / & | then through thru but rather maybe perhaps possibly otherwise else preferably even better "
    "alternatively if between ideally"
)
_AFTER = set_of("after from following past starting beginning commencing since")
_ABOUT = set_of(
    "about around approximately approx roughly circa ca early late mid nearly almost just shortly earlier somewhere "
    "towards toward near ish soon ~"
)
_NOT = set_of("not except unless never don't won't can't cannot")
_REPEATED = set_of("every each other alternate daily weekly")
_UNSURE = set_of("maybe perhaps possibly hopefully probably ideally preferably likely")
_UNSURE_TAILS = phrases_of("maybe, perhaps, possibly, hopefully, probably, ideally, preferably, if possible, if we can")
_ORDER = set_of("first second third fourth fifth last 1st 2nd 3rd 4th 5th")
_LEADING = set_of("at by on until till til @ due the for before latest is")
_TAILS = phrases_of(
    "at the latest, at the very latest, the latest, latest, sharp, exactly, on the dot, prompt, or before, "
    "or earlier, or sooner, or even before, at most, max, tops"
)
_AFTER_TAILS = phrases_of(
    "onwards, onward, or two, or three, or more, or next, or later, or after, or so, and after, plus, +, ish, - ish, "
    "at the earliest, the earliest, earliest, or thereabouts"
)
_BY_WHEN = frozenset({"by", "on", "until", "till", "before", "at"})
_NO_PLACES = set_of("this same some any on in next that what of the lunch tea dinner all every first last")
_VAGUELY = frozenset({"ish", "- ish", "or so", "or next", "or two", "or three", "or more", "or thereabouts"})
_ZONES = set_of(
    "utc gmt est edt pst pdt cst cdt cet cest bst mst mdt aest aedt acst awst sgt hkt jst kst eet eest msk zulu "
    "eastern pacific"
)
_ZONES_IN_CAPITALS = frozenset({"ET", "PT", "CT", "MT", "WET", "WEST", "IST", "Z"})
_DETERMINERS = set_of("the a an his their our your my its that those these whose")
_SMALL = set_of(
    "at by on in to for about re regarding concerning and or but with without from then than as if so because when "
    "once while where who whom which that what how why before after until till since during over under of off up "
    "down out into is are was were be been has have had will would shall should can could may might must do does did "
    "not no yes ok okay please pls thanks thx cheers via per plus max tops he she they we i it you him her them us "
    "me his their our your my its this these those there here also too again back only just even still already sharp "
    "exactly latest unless whether although though due asap thank o'clock or else otherwise instead"
)
_EVENTS = set_of(
    "report reports invoice invoices meeting meetings delivery deliveries appointment appointments newsletter shift "
    "class payment payments booking bookings edition statement statements collection session webinar flight menu "
    "batch outage backup deadline slot reservation lesson show game match train bus news paper minutes agenda rota "
    "schedule conference interview ceremony departure arrival pickup pick-up rush crowd service lunch breakfast "
    "dinner maintenance window"
)
_DOING = set_of("call calls order orders visit update updates demo release bill ticket email mail post quote job")


def joint(tokens: Sequence[Token], start: int, end: int) -> Manner | None:
    """Tell how two times stand together, by what is between them; None where they stand apart."""
    between = [token.text for token in tokens[start:end]]
    if len(between) > 4:
        return None
    if between[-2:] == ["later", "than"] and between[-3:-2] in (["no"], ["not"]):
        between = between[:-3]
    manner = Manner.PLAIN
    for said in between:
        if said in _OR:
            manner = Manner.OR
        elif said == "-":
            manner = Manner.DASH if manner is Manner.PLAIN else manner
        elif said == "before":
            manner = Manner.BEFORE if manner is Manner.PLAIN else manner
        elif said in _AFTER:
            manner = Manner.AFTER
        elif said in _ABOUT:
            manner = Manner.ABOUT
        elif said in _NOT:
            manner = Manner.NOT
        elif said in _ZONES or said == "time":
            manner = Manner.ELSEWHERE
        elif between[-1] == "time":
            continue
        elif said not in _PLAIN:
            return None
    return manner


def is_close(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Tell whether two times hang together so closely that they tell of one thing: “Monday 3pm”, “Monday at 3pm”."""
    return end - start == 0 or (end - start == 1 and text(tokens, start) in {",", "at", "@", "of", "("})


def before(tokens: Sequence[Token], first: int) -> tuple[int, Manner]:
    """Find where the words that belong to a time begin, and how they say it."""
    manner = Manner.PLAIN
    at = first
    while at > 0:
        said = text(tokens, at - 1)
        late = _no_later(tokens, at)
        if late is not None:
            at = late
        elif said == "before":
            manner, at = Manner.BEFORE, at - 1
        elif said in _LEADING:
            at -= 1
        else:
            break
    said = text(tokens, at - 1) if at > 0 else ""
    if at > 2 and follows(tokens, at - 3, "w / c"):
        return at - 3, Manner.AFTER
    if said in {"than", *_NOT}:
        return at - 1, Manner.NOT
    if said in {"from", "of", "dated"} and at == first:
        return at, Manner.TELLING
    if said in {"from", "of"} and text(tokens, at) == "the":
        return at, Manner.TELLING
    if said in _AFTER:
        return at - 1, Manner.AFTER
    if said in _ABOUT:
        return at - 1, Manner.ABOUT
    if said.endswith("'s") and said[:-2] in {*WEEKDAYS, *RELATIVE_DAYS}:
        return at - 1, Manner.COUNTED
    if said in _UNSURE:
        return at - 1, Manner.UNSURE
    if said in _ORDER:
        return at - 1, Manner.COUNTED
    if said in _REPEATED:
        return at - 1, Manner.REPEATED
    return at, manner


def _no_later(tokens: Sequence[Token], at: int) -> int | None:
    """Find where “no later than” before a place begins; None where it does not stand there."""
    for phrase in (("no", "later", "than"), ("not", "later", "than"), ("by", "latest"), ("by", "the", "latest")):
        start = at - len(phrase)
        if start >= 0 and follows(tokens, start, " ".join(phrase)) == at:
            return start
    return None


def company(tokens: Sequence[Token], last: int, here: Here) -> tuple[int, Manner]:
    """Find where the words that belong to a time end, and what they change."""
    for tail in _AFTER_TAILS:
        after = follows(tokens, last, tail)
        if after:
            return after, Manner.ABOUT if tail in _VAGUELY else Manner.AFTER
    for tail in _UNSURE_TAILS:
        after = follows(tokens, last, tail)
        if after:
            return after, Manner.UNSURE
    if text(tokens, last) in {"late", "early"} and not word(tokens, last + 1):
        return last + 1, Manner.ABOUT
    for tail in _TAILS:
        after = follows(tokens, last, tail)
        if after:
            return after, Manner.PLAIN
    return _elsewhere(tokens, last, here)


def _elsewhere(tokens: Sequence[Token], last: int, here: Here) -> tuple[int, Manner]:
    """Read the name of a zone or a place after a time: “3pm UTC”, “3pm Lisbon time”."""
    if text(tokens, last) == "(" and word(tokens, last + 1) and tokens[last + 1].is_capital:
        # As pages write it: 15:00 (Lisbon).
        end = next((at for at in range(last + 2, min(last + 5, len(tokens))) if text(tokens, at) == ")"), None)
        if end is not None:
            place = " ".join(token.text for token in tokens[last + 1 : end]).removesuffix(" time")
            return end + 1, Manner.PLAIN if place == city_of(here) else Manner.ELSEWHERE
    said = word(tokens, last)
    if not said:
        return last, Manner.PLAIN
    if said in _ZONES or tokens[last].raw in _ZONES_IN_CAPITALS:
        return last + 1, Manner.ELSEWHERE
    after = follows(tokens, last, f"{city_of(here)} time")
    if after:
        return after, Manner.PLAIN
    if word(tokens, last + 1) == "time" and said not in _NO_PLACES:
        return last + 2, Manner.PLAIN if said in {"our", "my"} else Manner.ELSEWHERE
    if word(tokens, last + 2) == "time" and tokens[last].is_capital and tokens[last + 1].is_capital:
        return last + 3, Manner.ELSEWHERE
    return last, Manner.PLAIN


def city_of(here: Here) -> str:
    """Give the city by which the zone is known, in small letters."""
    return here.zone.key.rpartition("/")[2].replace("_", " ").lower()


def is_about_a_thing(tokens: Sequence[Token], run: Sequence[Item]) -> bool:
    """Tell whether a time only describes something: “the Friday delivery”, “her 3pm appointment”, “Friday report”."""
    if any(isinstance(piece, Asked | Moment | Edge) for item in run for piece in item.pieces):
        return False
    first, last = run[0].first, run[-1].last
    noun = word(tokens, last)
    if not noun or tokens[last].is_capital or noun in _SMALL or noun in UNITS:
        return False
    owner = word(tokens, first - 1)
    if owner in _DETERMINERS or owner.endswith("'s"):
        return word(tokens, first - 2) not in _BY_WHEN
    if owner == "her" and noun in _EVENTS | _DOING:
        return True
    return noun in _EVENTS and owner not in _BY_WHEN


def tells_of(tokens: Sequence[Token], run: Sequence[Item]) -> bool:
    """Tell whether a day is that of something else: “the order of 3 November”, “the invoice from Monday”."""
    if not all(isinstance(piece, Day) for item in run for piece in item.pieces):
        return False
    first = run[0].first - 1 if word(tokens, run[0].first - 1) == "the" else run[0].first
    if text(tokens, run[-1].last) in {"to", "-", "until", "till", "through"}:
        return False
    return word(tokens, first - 1) in {"of", "from"}


def stray_number(tokens: Sequence[Token], first: int, last: int, group: Sequence[Item]) -> Token | None:
    """Find a number beside a time that may belong to it: “tomorrow 3”, “1530 tomorrow”."""
    at = last
    if text(tokens, at) in {",", "-"} and at + 1 < len(tokens):
        at += 1
    if at < len(tokens) and _is_like_a_time(tokens, at) and not _counts(tokens, at):
        return tokens[at]
    if text(tokens, last) in _ROUGHLY and last + 1 < len(tokens):
        after = last + 1
        if _is_like_a_time(tokens, after) and not _counts(tokens, after):
            return tokens[after]
    if text(tokens, last) in _LISTED and _is_listed(tokens, last + 1):
        return tokens[last + 1]
    if first > 1 and text(tokens, first - 1) in _LISTED and first == group[0].first and _is_listed(tokens, first - 2):
        return tokens[first - 2]
    at = first - 1
    if at >= 0 and first == group[0].first and _is_like_a_time(tokens, at) and not is_labelled(tokens, at):
        return tokens[at]
    return None


_ROUGHLY = frozenset({"about", "around", "approx", "approximately", "roughly", "circa", "say", "like", "~"})
_LISTED = frozenset({"or", "and", "&", "to", "/", "-", ","})


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number stands in a row with a time: “23 or 24 November”, “Nov 23 or 24”."""
    if shape(tokens, at) not in {Shape.NUMBER, Shape.ORDINAL, Shape.DASHED} or is_labelled(tokens, at):
        return False
    following = word(tokens, at + 1)
    return tokens[at].numbers[0] <= 31 and (not following or following in _SMALL or following in MONTHS)


_LIKE_A_TIME = re.compile(
    r"[0-9]{1,2}(?:[:.h][0-9]{1,2})?(?:[ap]m?|[ap]m[a-z]+|ish|h|uhr)|[0-9]{3,4}-[0-9]{4}|[0-9:.]{3,5}-[0-9:.]{3,5}"
)


def _is_like_a_time(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.shape is Shape.NUMBER:
        value = token.numbers[0]
        return value <= 31 if len(token.text) < 3 else len(token.text) == 4 and value // 100 < 24 and value % 100 < 60
    if token.shape is Shape.OPAQUE:
        return _LIKE_A_TIME.fullmatch(token.text) is not None
    if token.shape in {Shape.DOTTED, Shape.DASHED, Shape.HOURS, Shape.SLASHED, Shape.CLOCK, Shape.MERIDIEM}:
        return token.numbers != (24, 7)
    found = number(tokens, at)
    return found is not None and found[0] <= 24


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number counts what follows it: 3 items, 2 of them."""
    found = number(tokens, at)
    if found is None:
        return False
    return counts_something(tokens, found[1]) or word(tokens, found[1]) == "of"
