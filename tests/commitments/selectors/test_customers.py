"""Whom one finds by what is known of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Customer, Organisation
from commitments.selectors.customers import find
from commitments.services.merging import merge_customers
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def names(words: str, *, phone: str = "+44 20 7946 0000") -> list[str]:
    actor = factories.agent(team=factories.team(phone=phone))
    return [customer.name for customer in find(actor=actor, words=words).customers]


@pytest.mark.parametrize(
    "words",
    [
        "garcia",
        "GARCÍA",
        "jose garcia",
        "garcía, jose",
        "gar jo",
        "jose.g@",
        "jose.g@lopez.example",
        "lopez.example",
        "CRM-77",
        "crm77",
        "crm 7",
        "acme",
        "acme söhne",
        "ACME sohne",
    ],
)
def test_finds_somebody_by_name_mail_reference_or_organisation(words: str) -> None:
    acme = factories.organisation(name="ACME & Söhne")
    factories.customer(name="García, José", email="jose.g@lopez.example", external_ref="CRM-77", organisation=acme)
    factories.customer(
        name="Emily Carter", email="emily@example.org", organisation=factories.organisation(name="Other")
    )
    assert names(words) == ["García, José"]


@pytest.mark.parametrize(
    "words",
    [
        "+44 20 7946 0018",
        "+442079460018",
        "020 7946 0018",
        "(020) 7946-0018",
        "0044 20 7946 0018",
        "+44 (0)20 7946 0018",
        "442079460018",
        "79460018",
        "0018",
        "tel:+44-20-7946-0018",
        "\uff0b44 20 7946 0018",
        "+٤٤ ٢٠ ٧٩٤٦ ٠٠١٨",
    ],
)
def test_finds_somebody_by_their_number_in_any_notation(words: str) -> None:
    factories.customer(name="Maria Lopez", phone="+442079460018")
    factories.customer(name="Emily Carter", phone="+442079461234")
    assert names(words) == ["Maria Lopez"]


@pytest.mark.parametrize("words", ["+44 20 79", "020 79", "0207946", "4420"])
def test_finds_somebody_by_how_their_number_begins(words: str) -> None:
    factories.customer(name="Maria Lopez", phone="+442079460018")
    factories.customer(name="Emily Carter", phone="+441632960001")
    assert names(words) == ["Maria Lopez"]


def test_reads_national_numbers_as_those_of_other_teams_countries_too() -> None:
    factories.customer(name="Maria Lopez", phone="+351210000102")
    factories.team(phone="+351 21 000 0101")
    assert names("21 000 01") == ["Maria Lopez"]


def test_reads_national_numbers_in_a_calendars_country() -> None:
    factories.customer(name="Hans Maier", phone="+4989123456")
    team = factories.team(phone="")
    team.calendar.country = "DE"
    team.calendar.save()
    actor = factories.agent(team=team)
    assert [customer.name for customer in find(actor=actor, words="089 1234").customers] == ["Hans Maier"]


@pytest.mark.parametrize(
    "words", ["", "  ", "\x00", "' \" & | ! : * ( ) \\ -", "%", "_", "maria AND lopez", "ria", "12"]
)
def test_finds_nobody_by_signs_operators_or_the_midst_of_a_word(words: str) -> None:
    factories.customer(name="Maria Lopez", phone="+351910000129")
    assert names(words) == []


def test_puts_those_first_whose_name_begins_so() -> None:
    for name in ("Anna Maria Bauer", "Maria Zweig", "Maria Lopez"):
        factories.customer(name=name)
    assert names("maria") == ["Maria Lopez", "Maria Zweig", "Anna Maria Bauer"]


def test_puts_a_very_address_before_all() -> None:
    factories.customer(name="Anna", email="maria@example.org.example")
    factories.customer(name="Zoe", email="Maria@example.org")
    assert names("maria@example.org") == ["Zoe", "Anna"]


def test_finds_the_entry_that_is_kept_by_what_the_other_was_known_by() -> None:
    boss = factories.supervisor(team=factories.team())
    kept = factories.customer(name="Maria Lopez")
    double = factories.customer(name="M. Lopes", email="old@elsewhere.example", phone="+351910000001")
    merge_customers(actor=boss, duplicate=double, into=kept, now=NOW)
    for words in ("lopes", "old@elsewhere", "+351 910 000 001", "lop"):
        assert find(actor=boss, words=words).customers == (kept,)


def test_follows_every_change() -> None:
    customer = factories.customer(name="Maria Lopez", phone="+351910000001", organisation=factories.organisation())
    Customer.objects.update(name="Anna Bauer", phone="+351910000002")
    Organisation.objects.update(name="Acme")
    assert names("lopez") == names("+351 910 000 001") == names("filhos") == []
    assert names("anna") == names("+351 910 000 002") == names("acme") == ["Anna Bauer"]
    customer.delete()
    assert names("anna") == []


def test_says_whether_there_are_more() -> None:
    actor = factories.agent(team=factories.team())
    for _ in range(4):
        factories.customer()
    assert [len(find(actor=actor, words="maria", limit=limit).customers) for limit in (3, 4)] == [3, 4]
    assert [find(actor=actor, words="maria", limit=limit).more for limit in (3, 4)] == [True, False]


@pytest.mark.parametrize("words", ["maria", "020 7946 0018", "K7Q4M"])
def test_takes_as_many_queries_for_sixty_as_for_three(words: str) -> None:
    actor = factories.agent(team=factories.team())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            find(actor=actor, words=words)
        return len(captured)

    for _ in range(3):
        factories.customer(phone="+442079460018")
    few = queries()
    for _ in range(57):
        factories.customer(phone="+442079460018")
    assert queries() == few
