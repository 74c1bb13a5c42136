"""Finds words in templates that no catalogue could hold, because nothing marks them for translation.

It reads a template as Django splits it: text is looked at, what stands between `{% blocktranslate %}` and its end is
not, and of tags and variables only the words in quotes. Values that come from code are the code's to mark.
"""

import re
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

WORD = re.compile(r"[^\W\d_]{2,}")
LITERAL = re.compile(r"""(_\()?(?:"([^"]*)"|'([^']*)')""")
NAMES = frozenset({"Kept"})
"""What is called so in every language."""
SPOKEN = frozenset(
    {"alt", "aria-description", "aria-label", "hx-confirm", "hx-prompt", "label", "placeholder", "title"}
)
"""Attributes that people read or hear."""
PRESSED = frozenset({"button", "reset", "submit"})
"""The kinds of `<input>` whose value is what it says."""
UNSPOKEN = frozenset({"script", "style"})
WORDS_OF_FILTER = re.compile(r"""\|(?:default|default_if_none|yesno|add):(?:"([^"]*)"|'([^']*)')""")
PLURAL = re.compile(r"\|pluralize\b")
"""Makes an English plural, whatever the language."""


def unmarked(template: str) -> list[str]:
    """Give the words of a template that are not marked, in their order."""
    parts: list[str] = []
    found: list[str] = []
    ends = ""
    for token in Lexer(template).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type is TokenType.BLOCK else ""
        if ends:
            ends = "" if name == ends else ends
        elif name in {"blocktranslate", "blocktrans", "comment"}:
            ends = f"end{name}"
        elif token.token_type is TokenType.TEXT:
            parts.append(token.contents)
        elif name in {"include", "with"}:
            found += [words for words in _literals(token.contents) if " " in words or words[:1].isupper()]
        elif token.token_type is TokenType.VAR:
            # Where they stand in the page tells whether anybody reads them.
            parts += [words for pair in WORDS_OF_FILTER.findall(token.contents) for words in pair]
            found += PLURAL.findall(token.contents)
    reader = _Reader()
    reader.feed("".join(parts))
    reader.close()
    return [*found, *reader.found]


def _literals(contents: str) -> list[str]:
    """Give the words in quotes that are not within `_()`."""
    return [double or single for mark, double, single in LITERAL.findall(contents) if not mark]


def _says(words: str) -> bool:
    return any(word not in NAMES for word in WORD.findall(words))


class _Reader(HTMLParser):
    """Collects what is read or heard in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that people meet."""
        if tag in UNSPOKEN:
            self._silent = tag
        kind = dict(attrs).get("type")
        for name, value in attrs:
            words = value or ""
            is_pressed = name == "value" and tag == "input" and kind in PRESSED
            # A script is handed sentences in attributes of data; one word there is a switch.
            is_handed = name.startswith("data-") and " " in words.strip()
            if (name in SPOKEN or is_pressed or is_handed) and _says(words):
                self.found.append(words)

    def handle_endtag(self, tag: str) -> None:
        """Leave what is not read."""
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        """Take the words between the marks."""
        if not self._silent and _says(data):
            self.found.append(" ".join(data.split()))
