"""What search reads is kept by the database itself, whatever writes."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.domain import finding
from commitments.models import (
    Commitment,
    Customer,
    CustomerEntry,
    Organisation,
    OrganisationEntry,
    PromiseEntry,
)
from commitments.models.search import Part, Term, Terms
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

migration = import_module("commitments.migrations.0018_search")


def words(*texts: str) -> Terms:
    return Terms((tuple(Term(text) for text in texts),))


def test_has_its_triggers_after_the_last_migration() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
            kinds = ["insert", "update", "delete", "truncate"]
            wanted = {(table, f"search_{kind}") for table in migration.TABLES for kind in kinds}
        else:
            cursor.execute("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'")
            kinds = ["insert", "update", "delete"]
            wanted = {(table, f"{entries}_{kind}") for table, entries in migration.TABLES.items() for kind in kinds}
        assert wanted <= {(table, name) for table, name in cursor.fetchall()}


def test_follows_rows_written_at_once() -> None:
    Organisation.objects.bulk_create([Organisation(name=f"Acme {number}") for number in range(3)])
    Organisation.objects.filter(name="Acme 1").update(name="Other")
    Organisation.objects.filter(name="Acme 2").delete()
    found = OrganisationEntry.objects.filter(entry__fits=words("acme")).values_list("organisation__name", flat=True)
    assert list(found) == ["Acme 0"]
    assert OrganisationEntry.objects.count() == 2


def test_counts_the_rows_that_an_update_changed() -> None:
    for name in ("Anna", "Eva"):
        factories.customer(name=name)
    assert Customer.objects.update(name="Maria") == 2
    assert CustomerEntry.objects.filter(entry__fits=words("maria")).count() == 2


def test_gives_a_new_row_its_own_id() -> None:
    factories.customer()
    made = factories.organisation()
    assert Organisation.objects.get().pk == made.pk == OrganisationEntry.objects.get().pk


@pytest.mark.parametrize("text", ["x" * 5_000, "word " * 4_000, "é" * 1_000, "🙂" * 500, "'\"\\:*&|!()", "ﷺ" * 100])
def test_takes_whatever_is_promised(text: str) -> None:
    promise = factories.promise()
    Commitment.objects.update(promise=text, need=text, case_ref=text[:100], case_url=text[:500])
    assert PromiseEntry.objects.get().pk == promise.pk


def test_is_filled_from_what_was_stored_before() -> None:
    factories.promise(promise="send the modem", customer=factories.customer(organisation=factories.organisation()))
    migration.drop(apps, _Editor())
    migration.create(apps, _Editor())
    assert PromiseEntry.objects.filter(entry__fits=words("modem")).count() == 1
    assert CustomerEntry.objects.filter(entry__fits=words("lopez")).count() == 1
    assert OrganisationEntry.objects.filter(entry__fits=words("lopez")).count() == 1


@pytest.mark.postgres
def test_is_filled_while_nobody_writes() -> None:
    migration.drop(apps, _Editor())
    editor = _Watching()
    migration.create(apps, editor)
    assert editor.locked_when_filled == [sorted(migration.TABLES)] * 3


class _Editor:
    """Runs a migration's statements within the test's transaction, on SQLite too."""

    connection = connection

    def execute(self, statement: str, params: None = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


class _Watching(_Editor):
    """Notes which tables nobody can write whenever one of them is read from."""

    def __init__(self) -> None:
        self.locked_when_filled: list[list[str]] = []

    def execute(self, statement: str, params: None = None) -> None:
        if statement.startswith("INSERT"):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT relation::regclass::text FROM pg_locks"
                    " WHERE mode = 'ShareRowExclusiveLock' AND pid = pg_backend_pid() ORDER BY 1"
                )
                self.locked_when_filled.append([name for (name,) in cursor.fetchall()])
        super().execute(statement, params)


@pytest.mark.postgres
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\x00"), max_size=50))
def test_folds_as_what_is_typed_is_folded(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT commitments_search_words(%s)", [text])
        (stored,) = cursor.fetchone()
    assert set(finding.words_of(text)) <= set(stored)


def test_keeps_the_folding_of_its_own_time() -> None:
    assert (migration.SEPARATORS, migration.MARKS) == (finding.SEPARATORS, finding.MARKS)


@pytest.mark.parametrize("text", ['"', "'", "\\", "a\\", "a' | 'b", 'a" OR "b', "a:*", "-", "*", "NEAR("])
@pytest.mark.parametrize("part", list(Part))
def test_reads_no_operator_out_of_a_term(text: str, part: Part) -> None:
    factories.customer(name="b")
    for is_beginning in (False, True):
        terms = Terms(((Term(text, part, is_beginning=is_beginning),),))
        assert not CustomerEntry.objects.filter(entry__fits=terms, customer__name="b").exists()


@pytest.mark.django_db(transaction=True)
def test_is_emptied_by_a_flush() -> None:
    factories.promise()
    call_command("flush", interactive=False, verbosity=0)
    assert not PromiseEntry.objects.exists()
    assert not CustomerEntry.objects.exists()
