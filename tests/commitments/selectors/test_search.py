"""What the search finds, and for whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from commitments.domain.promise import Status
from commitments.models import Absence, Commitment
from commitments.selectors.search import search
from commitments.services.correcting import Right, correct
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def found_by(actor: Any, words: str) -> list[str]:
    return [promise.promise for promise in search(actor=actor, words=words).promises]


@pytest.mark.parametrize(
    "words",
    [
        "replacement",
        "REPLACEMENT router",
        "router replacement",
        "send repl",
        "creme brulee",
        "CRÈME",
        "smorrebrod",
        "Smørrebrød",
        "grosse",
        "große",
        "андрей",
        "한글",
        "محمد",
        "INC-0012",
        "inc0012",
        "inc 001",
        "https://crm.example.com/cases/12",
        "CRM.example.com/cases",
    ],
)
def test_finds_a_promise_by_words_need_and_case(words: str) -> None:
    promise = factories.promise(
        promise="send a replacement router, crème brûlée and Smørrebrød",
        need="Große Not: Андрей 한글 محمد",
        case_ref="INC-0012",
        case_url="https://crm.example.com/cases/12",
    )
    assert found_by(promise.owner, words) == [promise.promise]


@pytest.mark.parametrize(
    "words", ["repl send", "outer", "router AND modem", "NOT modem", "router OR modem", "rout*r", "s"]
)
def test_takes_each_word_as_it_is(words: str) -> None:
    assert found_by(factories.promise(promise="send a replacement router").owner, words) == []


def test_finds_the_word_that_is_being_typed_until_it_is_finished() -> None:
    owner = factories.promise(promise="send the routers").owner
    assert [len(found_by(owner, words)) for words in ("rout", "router", "router ", "routers ")] == [1, 1, 0, 1]


def test_gives_open_ones_first_then_the_newest() -> None:
    owner = factories.agent(team=factories.team())
    made = [factories.promise(owner=owner, promise=f"send part {number}") for number in range(4)]
    for promise in (made[0], made[3]):
        keep(actor=owner, reference=promise.reference, now=NOW + timedelta(hours=1))
    assert found_by(owner, "part") == ["send part 2", "send part 1", "send part 3", "send part 0"]


def test_goes_on_after_a_promise() -> None:
    owner = factories.agent(team=factories.team())
    made = [factories.promise(owner=owner, promise=f"send part {number}") for number in range(5)]
    for promise in made[:3]:
        keep(actor=owner, reference=promise.reference, now=NOW + timedelta(hours=1))
    listed, after = [], ""
    for _ in range(3):
        page = search(actor=owner, words="part", after=after, promises_at_most=2)
        listed += [promise.promise[-1] for promise in page.promises]
        after = page.more_after
    assert ("".join(listed), after) == ("43210", "")


def test_puts_the_promise_first_whose_reference_is_typed() -> None:
    promise = factories.promise()
    found = search(actor=promise.owner, words=promise.reference.lower())
    assert found.exact == promise
    assert [customer.pk for customer in found.customers] == [promise.customer_id]


def test_forgives_letters_that_no_reference_has() -> None:
    promise = factories.promise()
    Commitment.objects.update(reference="DT7QX")
    found = search(actor=promise.owner, words="0170X")
    assert (found.exact, found.named) == (None, (promise,))


def test_keeps_other_teams_promises_to_themselves() -> None:
    hidden = factories.promise(promise="the secret words", need="secret", case_ref="SECRET-1")
    stranger = factories.agent(team=factories.team())
    for words in ("secret", "secret-1", "secret1", hidden.reference):
        assert search(actor=stranger, words=words).is_empty
    assert search(actor=stranger, words="secret", after=hidden.reference).is_empty


def test_lists_the_same_however_much_is_hidden_between() -> None:
    owner = factories.agent(team=factories.team())
    for number in range(4):
        factories.promise(promise="the secret words")
        factories.promise(owner=owner, promise=f"secret {number}")
    first = search(actor=owner, words="secret", promises_at_most=2)
    rest = search(actor=owner, words="secret", promises_at_most=2, after=first.more_after)
    listed = [promise.promise for promise in (*first.promises, *rest.promises)]
    assert (listed, rest.more_after) == (["secret 3", "secret 2", "secret 1", "secret 0"], "")


def test_goes_on_from_the_beginning_after_a_promise_that_one_may_not_see() -> None:
    owner = factories.agent(team=factories.team())
    mine = factories.promise(owner=owner)
    hidden = factories.promise()
    assert search(actor=owner, words="router", after=hidden.reference).promises == (mine,)


def test_counts_no_promise_that_one_may_not_see() -> None:
    customer = factories.customer(name="Eva Counted")
    promise = factories.promise(customer=customer)
    factories.promise(customer=customer)
    assert [found.open_promises for found in search(actor=promise.owner, words="eva").customers] == [1]  # type: ignore[attr-defined]


def test_finds_what_one_stands_in_for_or_is_asked_to_take() -> None:
    promise = factories.promise(promise="the secret words")
    cover, asked = (factories.agent(team=factories.team()) for _ in range(2))
    Absence.objects.create(
        user=promise.owner,
        cover=cover,
        from_at=NOW,
        until_at=NOW + timedelta(days=1),
        noted_at=NOW,
        noted_by=cover,
        begun_at=NOW,
    )
    offer_handoff(actor=promise.owner, reference=promise.reference, to=asked, story="Call at noon.", now=NOW)
    assert found_by(cover, "secret") == found_by(asked, "secret") == ["the secret words"]


def test_finds_corrected_words_and_no_longer_the_old_ones() -> None:
    promise = factories.promise(promise="send the modem")
    correct(actor=promise.owner, reference=promise.reference, right=Right(promise="send the switch"), now=NOW)
    assert found_by(promise.owner, "switch") == ["send the switch"]
    assert found_by(promise.owner, "modem") == []


def test_finds_no_words_that_were_erased() -> None:
    promise = factories.promise(promise="send the modem", need="Anna is ill")
    Commitment.objects.update(promise="(erased)", need="")
    assert found_by(promise.owner, "modem") == found_by(promise.owner, "anna") == []


def test_finds_a_voided_promise_as_what_it_is() -> None:
    promise = factories.promise(promise="send the modem")
    Commitment.objects.update(
        status=Status.WITHDRAWN.value, ended_at=NOW, voided_at=NOW, next_check_at=None, next_word_due_at=None
    )
    assert [found.voided_at for found in search(actor=promise.owner, words="modem").promises] == [NOW]


@contextmanager
def plans() -> Iterator[list[str]]:
    """Give, at the end, what each query reads from beginning to end because no index leads there."""
    asked: list[tuple[str, Any]] = []
    whole: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield whole
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Tables of a few rows are read whole unless that is made dear.
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql, params in asked:
            plan = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{plan} {sql}", params)
            steps = [str(row[-1]) for row in cursor.fetchall()]
            whole += [
                step
                for step in steps
                if "Seq Scan" in step or (step.startswith("SCAN") and "INDEX" not in step and "subquery" not in step)
            ]


@pytest.mark.parametrize("sees_all", [False, True])
@pytest.mark.parametrize(
    "words", ["router", "INC-001", "020 7946 0018", "https://crm.example.com/1", "K7Q4M", "K7O4M", "maria lopez"]
)
def test_follows_an_index_everywhere(words: str, sees_all: bool) -> None:
    promise = factories.promise()
    actor = factories.user(is_superuser=True) if sees_all else promise.owner
    with plans() as whole:
        search(actor=actor, words=words)
        search(actor=actor, words=words, after=promise.reference)
    assert whole == []
