"""Finds words of pages that no catalogue could hold, because nothing marks them for translation.

It reads a template as Django splits it: text is looked at, what stands between `{% blocktranslate %}` and its end is
not, and of tags and variables only the words in quotes. In the code of pages it looks at whatever reads like words of
a person; what is one word in lower case passes for a name.
"""

import ast
import re
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

from scripts.make_messages import KEYWORDS

WORD = re.compile(r"[^\W\d_]{2,}")
LITERAL = re.compile(r"""(_\()?(?:"([^"]*)"|'([^']*)')""")
NAMES = frozenset({"Kept", "Etc", "UTC"})
"""What is called so in every language."""
MARKS = frozenset(KEYWORDS)
SENTENCE = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]|^[A-Z][a-z]{2,}[.?!…]?$")
PIECE = re.compile(r"[^\W\d_]{2,}[,;:]?\s|\s[^\W\d_]{2,}")
"""A word beside a space, in what an f-string puts together."""
FOR_MACHINES = re.compile(r"default-src|no-store|charset=|filename=|^Basic $|^outerHTML settle:0ms$")
SPOKEN = frozenset(
    {"alt", "aria-description", "aria-label", "hx-confirm", "hx-prompt", "label", "placeholder", "title"}
)
"""Attributes that people read or hear."""
PRESSED = frozenset({"button", "reset", "submit"})
"""The kinds of `<input>` whose value is what it says."""
UNSPOKEN = frozenset({"kbd", "script", "style"})
"""What stands on keys is the keyboard’s."""
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
    return [*found, *_of_html("".join(parts))]


def unmarked_in_code(source: str) -> list[str]:
    """Give the words of a module that are not marked, in their order; docstrings are for us."""
    return [words for node in ast.parse(source).body for words in _of_node(node)]


def _of_node(node: ast.AST) -> list[str]:
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in MARKS:
            return []
        case ast.Expr(value=ast.Constant()):
            return []
        case ast.AnnAssign(value=value):
            return _of_node(value) if value is not None else []
        case ast.FunctionDef(body=body, args=args, decorator_list=decorators):
            defaults = [default for default in (*args.defaults, *args.kw_defaults) if default is not None]
            return [words for child in (*decorators, *defaults, *body) for words in _of_node(child)]
        case ast.JoinedStr(values=values):
            pieces = [str(piece.value) for piece in values if isinstance(piece, ast.Constant)]
            found = [piece for piece in pieces if PIECE.search(piece) and not FOR_MACHINES.search(piece)]
            filled = [value for value in values if isinstance(value, ast.FormattedValue)]
            return [*found, *(words for value in filled for words in _of_node(value))]
        case ast.FormattedValue(value=value):
            return _of_node(value)
        case ast.Constant(value=str(words)) if "<" in words:
            return _of_html(words)
        case ast.Constant(value=str(words)):
            return [words] if SENTENCE.search(words) and _says(words) and not FOR_MACHINES.search(words) else []
        case _:
            return [words for child in ast.iter_child_nodes(node) for words in _of_node(child)]


def _of_html(words: str) -> list[str]:
    reader = _Reader()
    reader.feed(words)
    reader.close()
    return reader.found


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
