"""The text of an HTML mail, without what it quotes: for mails that come without a text of their own."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset(
    {"address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2"}
    | {"h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul", "br"}
)
"""Elements that begin a new line."""
UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "textarea", "select", "object"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
QUOTES = ("gmail_quote", "gmail_extra", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "outlookmessageheader")
"""Classes in which mail programs put what they quote."""
QUOTE_IDS = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
DEEPEST = 200
"""Elements within elements; deeper ones count as text beside each other."""


class _Reader(HTMLParser):
    """Collects what a reader sees; an end tag closes whatever was left open inside it."""

    def __init__(self, *, with_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.with_quotes = with_quotes
        self.open: list[tuple[str, bool]] = []
        self.parts: list[str] = []

    @property
    def is_hidden(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS and not self.is_hidden:
            self.parts.append("\n")
        if tag in VOID or len(self.open) >= DEEPEST:
            return
        self.open.append((tag, self.is_hidden or tag in UNSEEN or (not self.with_quotes and _is_quote(tag, attrs))))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break
        if tag in BLOCKS and not self.is_hidden:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.is_hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _is_quote(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    given = {name: (value or "").lower() for name, value in attrs}
    if tag == "blockquote":
        return True
    classes = given.get("class", "").split()
    return any(name in QUOTES for name in classes) or given.get("id", "") in QUOTE_IDS


def text_of(html: str, *, with_quotes: bool) -> str:
    """Give the text of some HTML; what it quotes is left out unless asked for."""
    reader = _Reader(with_quotes=with_quotes)
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
