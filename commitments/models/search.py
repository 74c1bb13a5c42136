"""The tables that search reads: for each promise, customer and organisation the words that it is found by.

Nothing here writes them: triggers of the database do (the migration `search` makes both), so that no way of writing can
forget it. On PostgreSQL an entry is a tsvector under a GIN index, on SQLite a row of an FTS5 table; a `Term` is written
for either. What was typed never gets there as an operator: terms are words, and each is quoted.

Whatever is found here still has to pass `visible_to`.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from commitments.models.commitment import Commitment
from commitments.models.people import Customer, Organisation

if TYPE_CHECKING:
    # Generic in the stubs alone.
    Lookup = models.Lookup[Any]
else:
    Lookup = models.Lookup


class Part(Enum):
    """Which part of an entry a term is looked for in: the column on SQLite, and what its words begin with elsewhere."""

    WORDS = ("words", "")
    """Words promised and the need, a case's reference; a name, a mail address, an external reference."""
    SQUASHED = ("squashed", "#")
    """A reference elsewhere, letters and digits only."""
    ADDRESS = ("address", "/")
    """A case's address without its scheme."""
    PHONE = ("phone", "+")
    """A number's digits, country first."""
    PHONE_END = ("phone_end", "-")
    """The same digits from the last to the first, so that a number is found by how it ends."""

    def __init__(self, column: str, mark: str) -> None:
        self.column = column
        self.mark = mark


@dataclass(frozen=True, slots=True)
class Term:
    """One word that an entry must have, or that one of its words must begin with.

    `typed`: how it was typed, where `text` is folded. SQLite folds the accents of Latin letters only, so that there one
    of the two fits.
    """

    text: str
    part: Part = Part.WORDS
    is_beginning: bool = False
    typed: str = ""

    def for_postgresql(self) -> str:
        """Write it for a tsquery."""
        quoted = (self.part.mark + self.text).replace("\\", "\\\\").replace("'", "''")
        return f"'{quoted}'" + (":*" if self.is_beginning else "")

    def for_sqlite(self) -> str:
        """Write it for an FTS5 query."""
        begins = " *" if self.is_beginning else ""
        ways = [
            f'"{text.replace(chr(34), chr(34) * 2)}"{begins}' for text in dict.fromkeys((self.text, self.typed)) if text
        ]
        return f"{self.part.column} : ({' OR '.join(ways)})"


@dataclass(frozen=True, slots=True)
class Terms:
    """Ways in which an entry can fit: at least one of them, and of that one every term. There is at least one."""

    ways: tuple[tuple[Term, ...], ...]

    def for_postgresql(self) -> str:
        """Write them as a tsquery."""
        return " | ".join(f"({' & '.join(term.for_postgresql() for term in way)})" for way in self.ways)

    def for_sqlite(self) -> str:
        """Write them as an FTS5 query."""
        return " OR ".join(f"({' AND '.join(f'({term.for_sqlite()})' for term in way)})" for way in self.ways)


class EntryField(models.Field):  # type: ignore[type-arg]  # as in models.fields
    """What an entry is found by; it is only ever looked up."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Give the column's type, for whoever asks; the migration makes the column."""
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def deconstruct(self) -> Any:
        """Show migrations a plain column, so that they import nothing of ours."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs


@EntryField.register_lookup
class Fits(Lookup):
    """`entry__fits=Terms(…)`."""

    lookup_name = "fits"
    prepare_rhs = False
    rhs: Terms

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Compare with a tsquery that no dictionary touches."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", [*params, self.rhs.for_postgresql()]

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Ask the full-text table."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} MATCH %s", [*params, self.rhs.for_sqlite()]


class PromiseEntry(models.Model):
    """What a promise is found by. The names of table and columns are what FTS5 gives its tables."""

    commitment = models.OneToOneField(
        Commitment,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="search",
    )
    entry = EntryField(db_column="commitments_promise_search")

    class Meta:
        managed = False
        db_table = "commitments_promise_search"
        default_permissions = ()

    def __str__(self) -> str:
        return f"words of promise {self.commitment_id}"


class CustomerEntry(models.Model):
    """What a customer is found by."""

    customer = models.OneToOneField(
        Customer,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="search",
    )
    entry = EntryField(db_column="commitments_customer_search")

    class Meta:
        managed = False
        db_table = "commitments_customer_search"
        default_permissions = ()

    def __str__(self) -> str:
        return f"words of customer {self.customer_id}"


class OrganisationEntry(models.Model):
    """What an organisation is found by."""

    organisation = models.OneToOneField(
        Organisation,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="search",
    )
    entry = EntryField(db_column="commitments_organisation_search")

    class Meta:
        managed = False
        db_table = "commitments_organisation_search"
        default_permissions = ()

    def __str__(self) -> str:
        return f"words of organisation {self.organisation_id}"
