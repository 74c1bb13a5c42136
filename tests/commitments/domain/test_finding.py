"""What is looked for, as words: splitting, folding, marking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.finding import WORDS_AT_MOST, address_of, fold, is_complete, marked, squashed, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("García, José", "garcia, jose"),
        ("STRASSE Straße", "strasse strasse"),
        ("Łódź Ærø Þór Đặng", "lodz aero thor dang"),
        ("ΣΟΦΟΣ σοφός", "σοφοσ σοφοσ"),
        ("Андрей", "андреи"),
        ("مُحَمَّد", "محمد"),
        ("한글 が", "한글 が"),
        ("\uff21\uff22\uff23\uff11\uff12 \ufb01", "abc12 fi"),
    ],
)
def test_folds_away_accents_and_capitals(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["' \" & | ! : * ( ) \\ -", "", "   ", "\x00", "🙂 👩‍👩‍👧", "…–—“”"])
def test_finds_no_words_in_signs(text: str) -> None:
    assert words_of(text) == {}


def test_takes_operators_for_words() -> None:
    assert list(words_of('AND OR NOT NEAR("a" b*) -c d:e')) == ["and", "or", "not", "near", "a", "b", "c", "d", "e"]


def test_knows_how_each_word_was_typed() -> None:
    assert words_of("José GARCÍA josé") == {"jose": "José", "garcia": "GARCÍA"}


def test_takes_no_more_words_than_anybody_means() -> None:
    assert len(words_of(" ".join(f"word{number}" for number in range(300)))) == WORDS_AT_MOST


def test_knows_whether_the_last_word_goes_on() -> None:
    assert [is_complete(text) for text in ("router", "router ", "router,", "")] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "found"),
    [("INC-0012", "inc0012"), ("inc 0012", "inc0012"), ("A/1", ""), ("router", ""), ("#4711", "4711")],
)
def test_squashes_what_may_be_a_reference_elsewhere(text: str, found: str) -> None:
    assert squashed(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://CRM.example.com/Cases/12/", "crm.example.com/cases/12"),
        ("crm.example.com/cases", "crm.example.com/cases"),
        ("https://", ""),
        ("either/or", ""),
        ("see https://crm.example.com/1", ""),
        ("maria@example.org", ""),
    ],
)
def test_reads_addresses(text: str, found: str) -> None:
    assert address_of(text) == found


def shown(text: str, *words: str, at_most: int = 0) -> str:
    return "".join(
        f"[{piece.text}]" if piece.is_found else piece.text for piece in marked(text, words=words, at_most=at_most)
    )


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    [
        ("García, José", ("jose", "garc"), "[Garc]ía, [José]"),
        ("Jose\u0301phine", ("jose",), "[Jose\u0301]phine"),
        ("Straße 7", ("strass",), "[Straß]e 7"),
        ("the router’s route", ("rout", "router"), "the [router]’s [rout]e"),
        ("<b>b</b> & c", ("b",), "<[b]>[b]</[b]> & c"),
        ("nothing of it", ("router",), "nothing of it"),
        ("nothing asked", (), "nothing asked"),
    ],
)
def test_marks_what_was_looked_for(text: str, words: tuple[str, ...], wanted: str) -> None:
    assert shown(text, *words) == wanted


def test_gives_a_long_text_from_shortly_before_what_was_found() -> None:
    text = "word " * 100 + "router " + "more " * 100
    found = shown(text, "rout", at_most=120)
    assert found.startswith("… word ")
    assert "[rout]er more" in found
    assert found.endswith(" …")
    assert len(found) < 130


@given(st.text(max_size=80), st.text(max_size=8))
def test_marking_changes_no_text(text: str, word: str) -> None:
    assert "".join(piece.text for piece in marked(text, words=tuple(words_of(word)))) == text
