"""Reading what arrives: a MIME message into plain, harmless values. Nothing is looked up and nothing is stored here.

Whatever a stranger sends has to be borne: broken encodings, huge or endless parts, names made to mislead. What is too
much is cut, and what cannot be read is left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from itertools import islice
from typing import Any

import nh3
from mailparser_reply.parser import EmailMessage as QuotingMessage  # type: ignore[import-untyped]

from notifications.domain.html_text import text_of
from notifications.domain.inbound import ADDRESSES, Arrived, Attachment, has_failed, verdicts_of
from notifications.domain.wording import clean_line, clean_words

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, MessageError)
"""What Python's mail package raises over a part that is made of nonsense."""

TEXT_AT_MOST = 100_000
HTML_AT_MOST = 200_000
WORDS_AT_MOST = 20_000
"""Characters of what was written anew; a longer mail is read on its own page."""
HEADERS_AT_MOST = 200
HEADER_AT_MOST = 2_000
PARTS_AT_MOST = 500

ATTACHMENTS_AT_MOST = 20
NAMED_AT_MOST = 50
ATTACHMENT_AT_MOST = 10_000_000
TOGETHER_AT_MOST = 25_000_000
"""Bytes of the files of one mail. What is beyond these limits is named and not kept."""

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
QUOTE_HEADER = QuotingMessage(text="", languages=LANGUAGES).HEADER_REGEX
"""“On … wrote:” and its like, in these languages."""
SEARCHED_LINES = 300
SEARCHED_LINE = 250
"""Where such a line is looked for: the pattern takes long over long lines, and nobody's are."""
BEFORE_A_QUOTE = re.compile(r"\s*(>.*|[-_]{8,}\s*)?$")
"""Lines that say nothing at the end of what was written: empty, quoted, or a stroke."""
TAG = re.compile(r"<[^<>]{0,2000}>?")
UNCLOSED_AT_MOST = 5_000
"""Elements left open; no mail program writes so many, and reading ever deeper ones takes ever longer."""

ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]@]{1,128}@[^\s<>,;:\"()\[\]@]{1,253}")
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"} | {"font"}
"""Pictures are left out: those of other servers would tell the sender who reads, and when."""


def read_mail(
    message: Message,
    *,
    envelope_sender: str | None = None,
    envelope_recipients: Iterable[str] = (),
    verdicts: Iterable[tuple[str, str]] = (),
    provider: str = "",
) -> Arrived:
    """Read a mail; `verdicts`: what the provider found about its sender (spf, dkim, dmarc), beside its headers.

    `provider`: who brought it, by the name in `PROVIDERS`; headers of another's are the sender's own.

    Raises one of UNREADABLE for what is no mail at all.
    """
    raw = list(_raw_headers(message))
    headers = tuple((name, clean_line(decoded(value), at_most=HEADER_AT_MOST)) for name, value in raw)
    from_name, from_address = _sender([value for name, value in raw if name == "from"])
    text, html = _bodies(message)
    # Before anything else reads it: what comes out is well-formed, and no parser stumbles over that for long.
    html = _harmless(html)
    plain = clean_words(text)
    whole = plain or clean_words(text_of(html, with_quotes=True))
    fresh = plain or clean_words(text_of(html, with_quotes=False)) or whole
    return Arrived(
        headers=headers,
        from_name=from_name,
        from_address=from_address,
        envelope_sender=None if envelope_sender is None else clean_line(envelope_sender.strip("<> ").lower()),
        envelope_recipients=tuple(_addresses(envelope_recipients)),
        addressed_to=tuple(_addresses(value for name, value in raw if name in ADDRESSES)),
        message_id=_header(headers, "message-id")[:300],
        subject=_header(headers, "subject")[:400],
        text=whole[:TEXT_AT_MOST],
        words=without_quotes(fresh)[:WORDS_AT_MOST],
        html=html,
        attachments=tuple(_attachments(message)),
        content_type=message.get_content_type(),
        report_type=str(message.get_param("report-type") or "").lower(),
        has_failed_authentication=_has_failed(list(verdicts), headers, provider=provider),
    )


def without_quotes(text: str) -> str:
    """Give what was written anew: what stands before the mail that it answers; all of it where nothing does."""
    lines = text.split("\n")
    # A line that is too long is left empty for the search, so that its number stays.
    searched = "\n".join(line.strip() if len(line) <= SEARCHED_LINE else "" for line in lines[:SEARCHED_LINES])
    found = QUOTE_HEADER.search(searched)
    if found is not None:
        start = found.start() + len(found[0]) - len(found[0].lstrip("\n"))
        lines = lines[: searched.count("\n", 0, start)]
    while lines and BEFORE_A_QUOTE.match(lines[-1]):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


# -- Headers --------------------------------------------------------------------------------------------------------


def _raw_headers(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message.raw_items())[:HEADERS_AT_MOST]:
        yield clean_line(str(name).lower(), at_most=100), _unfolded(value)


def _unfolded(value: Any) -> str:
    """Give a header's value as one line; bytes that are no ASCII are read as UTF-8."""
    text = str(value)[: 4 * HEADER_AT_MOST].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(text.split())


def decoded(value: str) -> str:
    """Read encoded words (RFC 2047); give the value as it stands where they cannot be read."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except UNREADABLE:
        return value


def _header(headers: Sequence[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key == name), "")


def _sender(values: Sequence[str]) -> tuple[str, str]:
    """Give the name and the address that a mail says to be from; none where it names several, or none that is one."""
    named = [(name, address) for name, address in getaddresses(list(values)) if address]
    if len(named) != 1:
        return clean_line(decoded(" ".join(values)), at_most=200), ""
    name, address = named[0]
    found = ADDRESS.fullmatch(address)
    return clean_line(decoded(name), at_most=200), clean_line(address.lower(), at_most=320) if found else ""


def _addresses(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from (clean_line(address.lower(), at_most=400) for address in ADDRESS.findall(str(value))[:100])


PROVIDERS: Mapping[str, Mapping[str, str]] = {
    "Amazon SES": {"x-ses-spf-verdict": "spf"},
    "Mailgun": {"x-mailgun-spf": "spf", "x-mailgun-dkim-check-result": "dkim"},
}
"""Headers of each provider's own, in which it says what it found, and about what."""
ANYBODYS = {"received-spf": "spf"}
"""Headers in which any server on the way may have said it, and a sender as well."""


def _has_failed(given: Sequence[tuple[str, str]], headers: Sequence[tuple[str, str]], *, provider: str) -> bool:
    """Tell whether the sender is forged, by whoever is to be believed most of those who looked.

    What a provider has found itself (`given`, or its own headers) cannot be made good by a header that the sender may
    have written.
    """
    anybodys = [*verdicts_of(_header(headers, "authentication-results")), *_named(headers, ANYBODYS)]
    for verdicts in (given, list(_named(headers, PROVIDERS.get(provider, {}))), anybodys):
        if any(result for _, result in verdicts):
            return has_failed(verdicts)
    return False


def _named(headers: Sequence[tuple[str, str]], methods: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what headers say was found about the sender; of several of one name the first: it was put on top last."""
    for name, method in methods.items():
        if value := _header(headers, name):
            yield method, value.split()[0].strip(";:,").lower()


# -- Parts ----------------------------------------------------------------------------------------------------------


def _leaves(message: Message) -> Iterator[Message]:
    """Give the parts that hold something, a mail within the mail as one of them."""
    waiting: list[Any] = [message]
    for _ in range(PARTS_AT_MOST):
        if not waiting:
            return
        part = waiting.pop(0)
        if not isinstance(part, Message):
            continue
        if part.is_multipart() and part.get_content_maintype() != "message":
            waiting = [*part.get_payload(), *waiting]
        else:
            yield part


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name_of(part))


def _bodies(message: Message) -> tuple[str, str]:
    """Give a mail's own text and its HTML."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in texts and not _is_file(part):
            texts[kind].append(_text_of(part))
    return "\n".join(texts["text/plain"])[:TEXT_AT_MOST], "\n".join(texts["text/html"])[:HTML_AT_MOST]


def _text_of(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
    except UNREADABLE:
        return ""
    if not isinstance(content, bytes):
        return ""
    content = content[: 4 * HTML_AT_MOST]
    try:
        return content.decode(part.get_content_charset() or "utf-8", "replace")
    except UNREADABLE:
        return content.decode("utf-8", "replace")


def _harmless(html: str) -> str:
    """Sanitise HTML; classes and ids stay, because mail programs mark by them what they quote."""
    if html.count("<") - 2 * html.count("</") > UNCLOSED_AT_MOST:
        html = TAG.sub(" ", html)
    return nh3.clean(
        html.replace("\x00", ""),
        tags=set(TAGS),
        clean_content_tags={"script", "style", "title"},
        attributes={**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "id", "dir", "lang"}},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def _attachments(message: Message) -> Iterator[Attachment]:
    """Give the files that came with a mail; the contents of what is beyond the limits are left out."""
    kept = together = 0
    for number, part in enumerate(islice(_files(message), NAMED_AT_MOST), 1):
        content = _content_of(part)
        size = len(content)
        fits = kept < ATTACHMENTS_AT_MOST and size <= ATTACHMENT_AT_MOST and together + size <= TOGETHER_AT_MOST
        if fits:
            kept, together = kept + 1, together + size
        yield Attachment(
            name=_name_of(part) or f"part {number}",
            content_type=clean_line(part.get_content_type(), at_most=100),
            size=size,
            content=content if fits else None,
        )


def _files(message: Message) -> Iterator[Message]:
    for part in _leaves(message):
        if _is_file(part) or part.get_content_type() not in {"text/plain", "text/html"}:
            yield part


def _name_of(part: Message) -> str:
    """Give a file's name without the folders that it may come with."""
    try:
        name = part.get_filename() or ""
    except UNREADABLE:
        return "unnamed"
    return clean_line(re.split(r"[\\/]", decoded(name))[-1], at_most=150)


def _content_of(part: Message) -> bytes:
    try:
        if part.is_multipart():
            return b"\n".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
        content = part.get_payload(decode=True)
    except UNREADABLE:
        return b""
    return content if isinstance(content, bytes) else b""
