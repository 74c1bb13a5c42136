"""A letter that is taken down …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.models import Letter, Strain
from commitments.services.letters import WORDS_AT_MOST, take_down_letter
from commitments.services.refusals import Refused
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

WORDS = "Third time I write.\n\nNobody calls me back!"


def taken_down(**options: Any) -> Letter:
    values: dict[str, Any] = {"sort": "complaint", "words": WORDS, "now": NOW}
    for name, make in (("actor", factories.user), ("customer", factories.customer)):
        if name not in options:
            values[name] = make()
    return take_down_letter(**values | options)


def test_keeps_the_customers_own_words() -> None:
    letter = taken_down(words=f"  {WORDS} ")
    assert (letter.words, letter.received_at, letter.recorded_at) == (WORDS, NOW, NOW)


def test_says_when_it_came_and_which_promise_it_is_about() -> None:
    promise = factories.promise()
    came_at = NOW - timedelta(days=3)
    letter = taken_down(customer=promise.customer, about=promise, received_at=came_at)
    assert (letter.commitment, letter.received_at) == (promise, came_at)
    assert Strain.objects.get().commitment == promise


def test_belongs_to_whom_the_customer_has_become_part_of() -> None:
    kept = factories.customer()
    letter = taken_down(customer=factories.customer(merged_into=kept))
    assert letter.customer == kept


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"words": " \n"}, "words"),
        ({"words": "x" * (WORDS_AT_MOST + 1)}, "words"),
        ({"sort": "poem"}, "sort"),
        ({"received_at": NOW + timedelta(minutes=1)}, "received_at"),
    ],
)
def test_is_refused_with_a_sentence_at_the_field(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        taken_down(**options)
    assert refused.value.field == field
    assert not Letter.objects.exists()


def test_about_somebody_elses_promise_is_refused() -> None:
    with pytest.raises(Refused, match="somebody else"):
        taken_down(about=factories.promise())


def test_strains_nobody_twice_when_the_button_is_pressed_twice() -> None:
    customer = factories.customer()
    taken_down(customer=customer)
    with pytest.raises(Refused, match="taken down already"):
        taken_down(customer=customer)
    assert Strain.objects.count() == 1
