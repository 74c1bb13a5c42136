"""Which words of the line said the time."""

import pytest

from commitments.domain.phrases import chosen
from tests.commitments.domain.phrases.said import asked, due, table, words

SPANS = table("""
send quote by Thu 4pm                         | by Thu 4pm
refund 3 items by noon tomorrow               | by noon tomorrow
call Maria on Friday at 2pm about the refund  | on Friday at 2pm
Friday, 3pm: call Maria                       | Friday, 3pm
please call back within 48 hours, thanks      | within 48 hours
ring Mrs May by the end of the week           | by the end of the week
no later than Friday noon call Maria          | no later than Friday noon
call by Friday noon at the latest, or write   | by Friday noon at the latest
send model 2h by Friday                       | by Friday
call at 3 about the refund                    | at 3
call tomorrow or Friday about the refund      | tomorrow or Friday
call İpek Ağaoğlu tomorrow 3pm                | tomorrow 3pm
""")


@pytest.mark.parametrize(("text", "said"), SPANS)
def test_tells_which_words_said_it(text: str, said: str) -> None:
    assert words(text) == said


def test_tells_of_every_place_where_several_times_stand() -> None:
    text = "tomorrow call Maria at 3pm about the refund"
    unclear = asked(text)
    assert [text[slice(*span)] for span in (unclear.span, *unclear.others)] == ["tomorrow", "at 3pm"]


@pytest.mark.parametrize(
    ("text", "number", "becomes"),
    [
        ("call Maria at 3 about the refund", 0, "call Maria Wed 18 Nov 15:00 about the refund"),
        ("tomorrow call Maria at 3pm about it", 0, "Thu 19 Nov 15:00 call Maria about it"),
        ("tomorrow call Maria at 3pm", 1, "Thu 19 Nov call Maria"),
        ("next week", 4, "Fri 27 Nov"),
    ],
)
def test_puts_a_choice_in_the_place_of_what_was_unclear(text: str, number: int, becomes: str) -> None:
    unclear = asked(text)
    choice = unclear.choices[number]
    line = chosen(text, unclear=unclear, choice=choice)
    assert line == becomes
    assert due(line) == (choice.on.isoformat() if choice.at is None else f"{choice.at:%Y-%m-%d %H:%M}")
