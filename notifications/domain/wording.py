"""How mails say names and words: plain text in, plain text out.

They come from people and imports: what could break a header, or turn the line around it, is taken out here, once.
"""

import unicodedata

JOINERS = "\u200c\u200d"
"""Zero-width joiners: invisible like the characters taken out, but emoji and Persian words need them."""
MARKS = {0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Characters that set the direction of the text around them."""
NAME_AT_MOST = 80
SUBJECT_WORDS_AT_MOST = 70


def clean_line(text: str, *, at_most: int = NAME_AT_MOST) -> str:
    """Make one harmless line of a name: no line break, no control or direction mark, at most `at_most` characters."""
    if text.isascii() and text.isprintable():
        # The usual case, and each mail has several.
        visible = text
    else:
        visible = "".join(
            " " if character in "\n\r\t\v\f\u2028\u2029\u0085" else character
            for character in text
            if character in JOINERS
            or character in "\n\r\t\v\f\u2028\u2029\u0085"
            or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
        )
    return shorten(" ".join(visible.split()), at_most=at_most)


def clean_words(text: str) -> str:
    """Make harmless what a person wrote: its lines stay, control characters and direction marks go."""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(
            character
            for character in line
            if character == "\t"
            or (ord(character) not in MARKS and unicodedata.category(character) not in {"Cc", "Cs", "Cn"})
        )
        for line in lines
    ).strip()


def shorten(text: str, *, at_most: int) -> str:
    """Cut a line at a word's end, with an ellipsis, if it is longer than `at_most` characters."""
    if len(text) <= at_most:
        return text
    cut = text[: at_most - 1]
    space = text.rfind(" ", 0, at_most)
    return (cut[:space] if space > at_most // 2 else cut).rstrip(" ,;:.–") + "…"


def isolate(text: str) -> str:
    """Fence a right-to-left name off in plain text, so that the line around it keeps its order."""
    if text.isascii() or not any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return text
    return f"\u2068{text}\u2069"
