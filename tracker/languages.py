"""Which languages there are: those that have a catalogue."""

from pathlib import Path

from django.conf.locale import LANG_INFO
from django.utils.translation import to_language

SOURCE = ("en", "English")
"""What is written in the code and the templates; it needs no catalogue."""


def languages_in(folder: Path) -> list[tuple[str, str]]:
    """Give code and name, in the language itself, of English and of each language with a catalogue in `folder`."""
    catalogues = sorted(folder.glob("*/LC_MESSAGES/django.mo"))
    codes = [to_language(path.parent.parent.name) for path in catalogues]
    return [SOURCE, *((code, _name(code)) for code in codes if code != SOURCE[0])]


def _name(code: str) -> str:
    name: str = LANG_INFO.get(code, {}).get("name_local", code)
    return name[:1].upper() + name[1:]
