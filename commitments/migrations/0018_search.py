"""What promises, customers and organisations are found by, kept by the database itself.

On PostgreSQL: a table beside each, with a tsvector under a GIN index, written by triggers. Beside, because the clocks
write a promise's row all day, and its index would be written with it. Words are folded by a function of ours that needs
no extension; `commitments.domain.finding` folds in the same way (a test compares them).

On SQLite: an FTS5 table for each, written by triggers. Trap: to alter a table Django rebuilds it there and drops its
triggers silently, so every later migration that alters commitments_commitment, commitments_customer or
commitments_organisation must run `create_triggers` again (a test looks after the last migration). For the same reason
no trigger of one of them reads another one: renaming what a trigger names is refused.
"""

# ruff: noqa: S608 (the statements are put together from the names below alone)
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

SEPARATORS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u02c2-\u02c5\u02d2-\u02df\u037e\u0387\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    r"\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e3f\u0e4f\u0e5a\u0e5b\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ufd3e\ufd3f\ufe00-\ufe6f\ufeff"
    r"\ufff0-\uffff\U0001f000-\U0001faff\U000e0000-\U000e01ef"
)
MARKS = r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u064b-\u065f\u0670"
SIGMA, FINAL_SIGMA = "\u03c3", "\u03c2"
TEXT_AT_MOST = 20_000
"""Characters of one row's text that are indexed: a tsvector holds no more than a megabyte."""

PROMISE, CUSTOMER, ORGANISATION = "commitments_commitment", "commitments_customer", "commitments_organisation"
PROMISES, CUSTOMERS, ORGANISATIONS = (
    "commitments_promise_search",
    "commitments_customer_search",
    "commitments_organisation_search",
)

FUNCTIONS = [
    # Without accents and capitals.
    rf"""CREATE OR REPLACE FUNCTION commitments_search_fold(given text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT replace(replace(replace(replace(translate(
            lower(normalize(regexp_replace(normalize(left(given, {TEXT_AT_MOST}), NFKD), '[{MARKS}]', '', 'g'), NFC)),
            'øłđðħı{FINAL_SIGMA}', 'olddhi{SIGMA}'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') $$""",
    rf"""CREATE OR REPLACE FUNCTION commitments_search_words(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT left(word, 60)), '{{}}') FROM unnest(string_to_array(
            regexp_replace(commitments_search_fold(given), '[{SEPARATORS}]+', ' ', 'g'), ' ')) AS word
        WHERE word <> '' $$""",
    rf"""CREATE OR REPLACE FUNCTION commitments_search_squashed(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN given = '' THEN '{{}}' ELSE ARRAY['#' || left(
            regexp_replace(commitments_search_fold(given), '[{SEPARATORS}]+', '', 'g'), 60)] END $$""",
    r"""CREATE OR REPLACE FUNCTION commitments_search_address(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN given = '' THEN '{}' ELSE
            ARRAY['/' || left(rtrim(regexp_replace(lower(given), '^https?://', ''), '/'), 300)] END $$""",
    r"""CREATE OR REPLACE FUNCTION commitments_search_phone(given text) RETURNS text[]
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN digits = '' THEN '{}' ELSE ARRAY['+' || digits, '-' || reverse(digits)] END
        FROM (SELECT regexp_replace(given, '[^0-9]+', '', 'g') AS digits) AS it $$""",
]
ENTRIES = {
    PROMISE: (
        ("promise", "need", "case_ref", "case_url"),
        "commitments_search_words({row}promise || ' ' || {row}need || ' ' || {row}case_ref)"
        " || commitments_search_squashed({row}case_ref) || commitments_search_address({row}case_url)",
    ),
    CUSTOMER: (
        ("name", "email", "external_ref", "phone"),
        "commitments_search_words({row}name || ' ' || {row}email || ' ' || {row}external_ref)"
        " || commitments_search_squashed({row}external_ref) || commitments_search_phone({row}phone)",
    ),
    ORGANISATION: (("name",), "commitments_search_words({row}name)"),
}
"""For each table: the columns that its entries are made of, and the lexemes on PostgreSQL."""

FTS_COLUMNS = "words, squashed, address, phone, phone_end"
SQUASH = (
    "replace(replace(replace(replace(replace(replace({0}, '-', ''), ' ', ''), '/', ''), '.', ''), '_', ''), '#', '')"
)
# Letters that no accent is taken from, though people type them without.
LETTERS = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ø": "o", "Ø": "o"}
LETTERS |= {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ħ": "h", "Ħ": "h", "ı": "i"}


def _folded(text: str) -> str:
    """Write how SQLite folds those; the table's tokenizer does the rest."""
    for letter, plain in LETTERS.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return text


# The last digit first; SQLite has no function for it.
BACKWARDS = " || ".join(f"substr({{row}}phone, {place}, 1)" for place in range(16, 1, -1))
FTS_VALUES = {
    PROMISE: _folded("{row}promise || ' ' || {row}need || ' ' || {row}case_ref")
    + ", "
    + SQUASH.format("{row}case_ref")
    + ", {row}case_url, '', ''",
    CUSTOMER: _folded("{row}name || ' ' || {row}email || ' ' || {row}external_ref")
    + ", "
    + SQUASH.format("{row}external_ref")
    + ", '', {row}phone, "
    + BACKWARDS,
    ORGANISATION: _folded("{row}name") + ", '', '', '', ''",
}
TABLES = {PROMISE: PROMISES, CUSTOMER: CUSTOMERS, ORGANISATION: ORGANISATIONS}


def create(apps: Any, schema_editor: Any) -> None:
    """Make the tables of this database, fill them from what is stored, and let triggers keep them."""
    run = schema_editor.execute
    if schema_editor.connection.vendor == "postgresql":
        for statement in FUNCTIONS:
            run(statement, params=None)
        # What were written between the filling and the triggers would be found by nobody: writers wait for both.
        run(f"LOCK TABLE {', '.join(TABLES)} IN SHARE ROW EXCLUSIVE MODE", params=None)
        for table, entries in TABLES.items():
            lexemes = ENTRIES[table][1].format(row="")
            run(f"CREATE TABLE {entries} (rowid bigint PRIMARY KEY, {entries} tsvector NOT NULL)", params=None)
            run(f"INSERT INTO {entries} SELECT id, array_to_tsvector({lexemes}) FROM {table}", params=None)
            run(f"CREATE INDEX {entries}_words ON {entries} USING gin ({entries})", params=None)
            run(f"ANALYZE {entries}", params=None)
    else:
        for table, entries in TABLES.items():
            run(
                f"CREATE VIRTUAL TABLE {entries} USING fts5("
                f"{FTS_COLUMNS}, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')",
                params=None,
            )
            values = FTS_VALUES[table].format(row="")
            run(f"INSERT INTO {entries} (rowid, {FTS_COLUMNS}) SELECT id, {values} FROM {table}", params=None)
    create_triggers(apps, schema_editor)


def create_triggers(apps: Any, schema_editor: Any) -> None:
    """Make the triggers, where they are not there yet; `params=None` leaves percent signs alone."""
    statements = _on_postgresql if schema_editor.connection.vendor == "postgresql" else _on_sqlite
    for table, entries in TABLES.items():
        for statement in statements(table, entries):
            schema_editor.execute(statement, params=None)


def _on_postgresql(table: str, entries: str) -> list[str]:
    columns, lexemes = ENTRIES[table]
    was, becomes = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return [
        f"""CREATE OR REPLACE FUNCTION {entries}_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO {entries} VALUES (NEW.id, array_to_tsvector({lexemes.format(row="NEW.")}))
            ON CONFLICT (rowid) DO UPDATE SET {entries} = EXCLUDED.{entries}; RETURN NULL; END $$""",
        f"""CREATE OR REPLACE FUNCTION {entries}_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            DELETE FROM {entries} WHERE rowid = OLD.id; RETURN NULL; END $$""",
        f"""CREATE OR REPLACE FUNCTION {entries}_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            TRUNCATE {entries}; RETURN NULL; END $$""",
        f"""CREATE OR REPLACE TRIGGER search_insert AFTER INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION {entries}_write()""",
        f"""CREATE OR REPLACE TRIGGER search_update AFTER UPDATE OF {", ".join(columns)} ON {table}
            FOR EACH ROW WHEN (({was}) IS DISTINCT FROM ({becomes})) EXECUTE FUNCTION {entries}_write()""",
        f"""CREATE OR REPLACE TRIGGER search_delete AFTER DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {entries}_delete()""",
        f"""CREATE OR REPLACE TRIGGER search_truncate AFTER TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {entries}_empty()""",
    ]


def _on_sqlite(table: str, entries: str) -> list[str]:
    columns = ENTRIES[table][0]
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in columns)
    insert = f"INSERT INTO {entries} (rowid, {FTS_COLUMNS}) VALUES (new.id, {FTS_VALUES[table].format(row='new.')})"
    delete = f"DELETE FROM {entries} WHERE rowid = old.id"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {entries}_insert AFTER INSERT ON {table} BEGIN {insert}; END",
        f"""CREATE TRIGGER IF NOT EXISTS {entries}_update AFTER UPDATE OF {", ".join(columns)} ON {table}
            WHEN {changed} BEGIN {delete}; {insert}; END""",
        f"CREATE TRIGGER IF NOT EXISTS {entries}_delete AFTER DELETE ON {table} BEGIN {delete}; END",
    ]


def drop(apps: Any, schema_editor: Any) -> None:
    """Take it all away again."""
    for table, entries in TABLES.items():
        if schema_editor.connection.vendor == "postgresql":
            for trigger in ("insert", "update", "delete", "truncate"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS search_{trigger} ON {table}", params=None)
            for function in ("write", "delete", "empty"):
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {entries}_{function}()", params=None)
        else:
            for trigger in ("insert", "update", "delete"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {entries}_{trigger}", params=None)
        schema_editor.execute(f"DROP TABLE IF EXISTS {entries}", params=None)
    if schema_editor.connection.vendor == "postgresql":
        for function in ("phone", "address", "squashed", "words", "fold"):
            schema_editor.execute(f"DROP FUNCTION IF EXISTS commitments_search_{function}(text)", params=None)


def _entries(name: str, of: str, table: str) -> migrations.CreateModel:
    """Tell Django of a table that is none of its to make."""
    return migrations.CreateModel(
        name=name,
        fields=[
            (
                of,
                models.OneToOneField(
                    db_column="rowid",
                    db_constraint=False,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    primary_key=True,
                    related_name="search",
                    serialize=False,
                    to=f"commitments.{of}",
                ),
            ),
            ("entry", models.TextField(db_column=table)),
        ],
        options={"db_table": table, "managed": False, "default_permissions": ()},
    )


class Migration(migrations.Migration):
    dependencies = [("commitments", "0017_board_indexes")]

    operations = [
        _entries("PromiseEntry", "commitment", PROMISES),
        _entries("CustomerEntry", "customer", CUSTOMERS),
        _entries("OrganisationEntry", "organisation", ORGANISATIONS),
        migrations.RunPython(create, drop),
    ]
