"""The one place that reads time.

Everything else is given its `now`. Where the database has a clock of its own it is the one that counts, so that
web servers and workers whose clocks are wrong agree with each other.
"""

from datetime import UTC, datetime

from django.db import DEFAULT_DB_ALIAS, connections


def now(*, using: str = DEFAULT_DB_ALIAS) -> datetime:
    """Return the present instant, aware, in UTC; on PostgreSQL the server's, also inside a transaction."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant.astimezone(UTC)
