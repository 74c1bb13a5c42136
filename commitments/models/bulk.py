"""Many rows written by one statement, where the query set's own ways would take one statement or one CASE a row."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, router


def update_rows(rows: Sequence[models.Model], *, fields: Iterable[str]) -> None:
    """Write `fields` (attribute names) of existing rows of one model, all in one statement where the database can.

    PostgreSQL takes arrays; elsewhere one prepared statement is run for each row.
    """
    names = list(fields)
    if not rows or not names:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model) or DEFAULT_DB_ALIAS]
    columns: list[Any] = [model._meta.get_field(name) for name in names]
    key: Any = model._meta.pk
    quote = connection.ops.quote_name
    table, key_column = quote(model._meta.db_table), quote(key.column)

    def stored(field: Any, row: models.Model) -> Any:
        return field.get_db_prep_save(getattr(row, field.attname), connection=connection)

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            every = [key, *columns]
            arrays = ", ".join(
                f"%s::{field.rel_db_type(connection) if field is key else field.db_type(connection)}[]"
                for field in every
            )
            given = ", ".join(f"c{index}" for index in range(len(every)))
            sets = ", ".join(f"{quote(field.column)} = given.c{index}" for index, field in enumerate(columns, 1))
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({given}) "  # noqa: S608 - names are the model's own
                f"WHERE {table}.{key_column} = given.c0",
                [[stored(field, row) for row in rows] for field in every],
            )
        else:
            sets = ", ".join(f"{quote(field.column)} = %s" for field in columns)
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE {key_column} = %s",  # noqa: S608 - names are the model's own
                [[stored(field, row) for field in (*columns, key)] for row in rows],
            )
