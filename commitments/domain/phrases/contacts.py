"""A mail address or telephone number in a line: by these customers are found, and they say no time."""

from commitments.domain.phrases.answers import Span
from commitments.domain.phrases.items import is_labelled
from commitments.domain.phrases.tokens import Shape, cut
from commitments.domain.phrases.words import GLUED_UNITS

_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


def contact_in(text: str) -> Span | None:
    """Find the first mail address in a line, or else the first telephone number; None where there is neither."""
    tokens = cut(text, units=GLUED_UNITS)
    number: Span | None = None
    for at, token in enumerate(tokens):
        if token.shape is not Shape.OPAQUE:
            continue
        if "@" in token.text:
            return token.start, token.end
        digits = sum(sign.isdigit() for sign in token.text)
        is_written_so = all(sign in "0123456789+-(). " for sign in token.text)
        if (
            number is None
            and is_written_so
            and _FEWEST_DIGITS <= digits <= _MOST_DIGITS
            and not is_labelled(tokens, at)
        ):
            number = token.start, token.end
    return number
