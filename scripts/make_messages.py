"""Bring the catalogues up to date with what is marked: `python -m scripts.make_messages [--interface] [LANGUAGE …]`.

Reads templates and code without any tool beside Python, keeps the translations that are there, drops what is marked no
more, and compiles. A language that is named is begun if it has no catalogue yet: that is all it takes to add one.

There are two scopes: what customers read, which is what the catalogues in the repository hold, and with `--interface`
the pages of colleagues as well, which are English until somebody translates them.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("commitments", "notifications", "tracker")
LOCALES = ROOT / "locale"
INTERFACE = (
    "commitments/admin/",
    "commitments/models/",
    "commitments/selectors/",
    "commitments/services/",
    "commitments/templates/",
    "commitments/templatetags/",
    "commitments/web/",
    "notifications/models/",
    "notifications/services/",
    "notifications/templates/notifications/pages/",
    "notifications/templatetags/",
    "notifications/web/",
)
"""Where the words of colleagues' pages are; what is elsewhere customers read."""
READ_BY_CUSTOMERS = (
    "commitments/services/customer_answers.py",
    "commitments/templates/commitments/customer_page/",
    "commitments/templatetags/customer_page.py",
    "commitments/web/calendar_file.py",
    "commitments/web/customer_page.py",
    "notifications/templates/notifications/pages/unsubscribe.html",
    "notifications/web/unsubscribe.py",
)
"""What customers read among them."""
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""A date that stays, so that compiling the same words twice gives the same file."""
COMMENT = """\
What customers read, in {name}. The msgids are the English sentences; `make messages` brings this file up to date.
Say it as a good support agent would: short sentences, nothing that is not on the record."""


def main(languages: list[str], *, interface: bool = False) -> None:
    """Bring each catalogue up to date, begin those of `languages` that are missing, and say what is left to do."""
    marked = catalogue_of(ROOT, interface=interface)
    for language in sorted({*languages_there(LOCALES), *languages}):
        path = catalogue_path(LOCALES, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = up_to_date(path.read_bytes() if path.exists() else b"", language, marked)
        path.write_bytes(as_po(catalogue))
        path.with_suffix(".mo").write_bytes(as_mo(catalogue))
        left = [message for message in catalogue if message.id and is_untranslated(message)]
        sys.stdout.write(f"{language}: {len(catalogue)} sentences, {len(left)} to translate\n")


def languages_there(folder: Path) -> list[str]:
    """Give the locales that have a catalogue: `de`, `pt_BR`."""
    return sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.po"))


def catalogue_path(folder: Path, language: str) -> Path:
    """Say where a language's catalogue is; `language` as Django or as gettext writes it."""
    return folder / to_locale(language.replace("_", "-").lower()) / "LC_MESSAGES" / "django.po"


def is_interface(path: str) -> bool:
    """Tell whether a file's words are for colleagues: `path` from the repository's root, with slashes."""
    return path.startswith(INTERFACE) and not path.startswith(READ_BY_CUSTOMERS)


def catalogue_of(root: Path, *, interface: bool) -> Catalog:
    """Give all that is marked for translation; what customers read and colleagues too is what customers read."""
    marked = Catalog()
    for path, message, comments, context in marked_strings(root, interface=interface):
        marked.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return marked


def marked_strings(
    root: Path, *, interface: bool
) -> Iterator[tuple[str, str | tuple[str, ...], list[str], str | None]]:
    """Give what is marked for translation: the file, the sentence (or its forms), notes on it, its context.

    What customers read; with `interface` what colleagues read as well.
    """
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or not path.is_file():
                continue
            if is_interface(path.relative_to(root).as_posix()) and not interface:
                continue
            text = path.read_text()
            source = text if path.suffix == ".py" else _calls(text, origin=str(path))
            for _, message, comments, context in extract(
                "python", BytesIO(source.encode()), KEYWORDS, ["Translators:"]
            ):
                yield path.relative_to(root).as_posix(), message, comments, context


def _calls(template: str, *, origin: str) -> str:
    """Turn a template into calls of gettext, one line each; how it is indented means nothing to Python."""
    return "\n".join(line.strip() for line in templatize(template, origin=origin).splitlines())


def up_to_date(po: bytes, language: str, marked: Catalog) -> Catalog:
    """Give the catalogue that `po` holds (an empty one if nothing) with what is marked now."""
    catalogue = read_po(BytesIO(po), locale=language) if po else Catalog(locale=language, fuzzy=False)
    catalogue.update(marked, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.header_comment = COMMENT.format(name=catalogue.locale.english_name if catalogue.locale else language)
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    """Write a catalogue for people; no line numbers and no dates, so that only a changed sentence changes the file."""
    written = BytesIO()
    write_po(
        written, catalogue, width=120, omit_header=True, ignore_obsolete=True, sort_by_file=True, include_lineno=False
    )
    comment = "".join(f"# {line}\n" for line in str(catalogue.header_comment).splitlines())
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return (comment + header).encode() + written.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Compile a catalogue from what its file for people holds."""
    written = BytesIO()
    read = read_po(BytesIO(as_po(catalogue)), locale=str(catalogue.locale_identifier))
    read.creation_date = read.revision_date = WHENEVER
    write_mo(written, read)
    return written.getvalue()


def is_untranslated(message: Message) -> bool:
    """Tell whether a sentence, or one of its forms, has no translation yet."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return not all(forms)


if __name__ == "__main__":
    settings.configure(USE_I18N=False)
    main([word for word in sys.argv[1:] if word != "--interface"], interface="--interface" in sys.argv[1:])
