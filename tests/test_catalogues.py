"""The catalogues of languages …"""

import re
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from scripts.make_messages import (
    LOCALES,
    ROOT,
    as_mo,
    as_po,
    catalogue_of,
    catalogue_path,
    is_untranslated,
    languages_there,
    up_to_date,
)
from tracker.languages import languages_in

PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])")
LANGUAGES = pytest.mark.parametrize("language", languages_there(LOCALES))


@pytest.fixture(scope="module")
def marked() -> Catalog:
    """Return all that is marked for customers now."""
    return catalogue_of(ROOT, interface=False)


def stored(language: str) -> Catalog:
    """Return a catalogue as it is in the repository."""
    return read_po(BytesIO(catalogue_path(LOCALES, language).read_bytes()), locale=language)


def forms(string: str | tuple[str, ...] | list[str]) -> list[str]:
    """Return a sentence's forms: one, or one for each plural."""
    return [string] if isinstance(string, str) else list(string)


def compiled(mo: bytes) -> dict[object, str]:
    """Return what a compiled catalogue says, without its header."""
    said: dict[object, str] = dict(GNUTranslations(BytesIO(mo))._catalog)  # type: ignore[attr-defined]
    said.pop("", None)
    return said


@LANGUAGES
def test_hold_what_is_marked_and_nothing_else(language: str, marked: Catalog) -> None:
    po = catalogue_path(LOCALES, language).read_bytes()

    assert as_po(up_to_date(po, language, marked)).decode() == po.decode(), "run make messages"


@LANGUAGES
def test_leave_nothing_in_english(language: str) -> None:
    assert [message.id for message in stored(language) if message.id and is_untranslated(message)] == []


@LANGUAGES
def test_are_sure_of_every_sentence(language: str) -> None:
    assert [message.id for message in stored(language) if message.id and message.fuzzy] == []


@LANGUAGES
def test_are_compiled_from_what_people_read(language: str) -> None:
    path = catalogue_path(LOCALES, language)

    assert compiled(path.with_suffix(".mo").read_bytes()) == compiled(as_mo(stored(language)))


@LANGUAGES
def test_put_the_same_facts_into_a_sentence_as_the_english(language: str) -> None:
    for message in stored(language):
        wanted = {placeholder for form in forms(message.id) for placeholder in PLACEHOLDER.findall(form)}
        for form in forms(message.string):
            assert set(PLACEHOLDER.findall(form)) == wanted, message.id


@LANGUAGES
def test_name_their_plural_forms(language: str) -> None:
    header = catalogue_path(LOCALES, language).read_text().split("\n\n")[0]

    assert re.search(r"Plural-Forms: nplurals=\d; plural=.+;", header)


def test_make_a_language_by_being_there(tmp_path: Path) -> None:
    for language in ("de", "pt_BR", "xx"):
        path = catalogue_path(tmp_path, language).with_suffix(".mo")
        path.parent.mkdir(parents=True)
        path.write_bytes(b"")

    assert languages_in(tmp_path) == [
        ("en", "English"),
        ("de", "Deutsch"),
        ("pt-br", "Português Brasileiro"),
        ("xx", "Xx"),
    ]
