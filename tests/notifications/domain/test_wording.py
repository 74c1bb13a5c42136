"""Mails say …"""

import pytest

from notifications.domain.wording import clean_line, clean_words, isolate, shorten


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Maria\r\nBcc: everybody@example.org", "Maria Bcc: everybody@example.org"),
        ("Maria\u202egro.elpmaxe\u202c", "Mariagro.elpmaxe"),
        ("  Maria \t Lopez ", "Maria Lopez"),
        ("Mar\x00ia\x1b[31m", "Maria[31m"),
        ("Zoë Łukasz 李 محمد", "Zoë Łukasz 李 محمد"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("Maria\u2028Lopez\u0085", "Maria Lopez"),
    ],
)
def test_a_name_on_one_harmless_line(given: str, said: str) -> None:
    assert clean_line(given) == said


def test_a_long_name_up_to_a_words_end() -> None:
    assert clean_line("word " * 100, at_most=20) == "word word word word…"
    assert shorten("x" * 100, at_most=10) == "x" * 9 + "…"


def test_a_persons_words_with_their_lines_and_nothing_hidden() -> None:
    assert clean_words(" One\r\ntwo\u202e\x07\n\nthree \n") == "One\ntwo\n\nthree"


def test_a_right_to_left_name_fenced_off() -> None:
    assert isolate("دوד") == "\u2068دوד\u2069"
    assert isolate("Maria") == "Maria"
    assert isolate("Zoë") == "Zoë"
