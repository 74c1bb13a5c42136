"""The pages that people work in all day, with few and with very many promises stored, the open ones being the same."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test import Client

from commitments import clock
from commitments.models import Commitment, Customer, Escalation
from tests.benchmarks.stock import TEAMS, Stock, prepare

OPEN = 5_000
A_CUSTOMERS = 10
"""How many promises each customer has had."""
ROUNDS = 15
BESIDE_ENDED = (
    """INSERT INTO commitments_commitmentevent
           (id, commitment_id, kind, occurred_at, recorded_at, sequence, actor_id, facts)
       SELECT gen_random_uuid(), id, 'made', made_at, made_at, 1, owner_id, '{}'
       FROM commitments_commitment WHERE id >= %s""",
    """INSERT INTO commitments_escalation (commitment_id, trigger, opened_at, next_position, steps_taken, ended_at)
       SELECT id, 'overdue', due_at, 1, 1, ended_at FROM commitments_commitment WHERE id >= %s AND mod(id, 10) = 0""",
    """INSERT INTO commitments_handoff
           (commitment_id, sort, from_user_id, to_user_id, to_team_id, story, offered_at, lapses_at, state,
            answered_at, answered_by_id, reason)
       SELECT id, 'handoff', owner_id, owner_id, team_id, '', made_at, due_at, 'accepted', made_at, owner_id, ''
       FROM commitments_commitment WHERE id >= %s AND mod(id, 10) = 5""",
)
PAGES = ("board", "narrowed_board", "desk", "promise", "customer")


def figures(stored: int) -> dict[str, float]:
    """Give the median milliseconds of each page with `stored` promises, of which `OPEN` are open."""
    call_command("migrate", verbosity=0)
    now = clock.now()
    stock = prepare()
    _open(stock, now=now)
    _ended(stock, stored - OPEN)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    took: dict[str, list[float]] = {page: [] for page in PAGES}
    pages = _pages(stock)
    for _ in range(ROUNDS + 1):
        for page, fetch in pages.items():
            began = time.perf_counter()
            fetch()
            took[page].append((time.perf_counter() - began) * 1000)
    return {"stored": float(Commitment.objects.count()), "open": OPEN} | {
        f"{page}_ms": round(median(times[1:]), 1) for page, times in took.items()
    }


def _pages(stock: Stock) -> dict[str, Callable[[], None]]:
    leader = get_user_model().objects.create_superuser("leader")
    owner = get_user_model().objects.get(pk=stock.owners[1])
    promise = Commitment.objects.filter(owner=owner, status="open").latest("id")
    addresses = {
        "board": (leader, "/board/"),
        "narrowed_board": (leader, f"/board/?team={stock.teams[0].pk}&state=overdue&q=customer"),
        "desk": (owner, "/"),
        "promise": (owner, f"/promises/{promise.reference}/"),
        "customer": (owner, f"/customers/{stock.customers[0]}/"),
    }
    return {page: _fetching(actor, address) for page, (actor, address) in addresses.items()}


def _fetching(actor: Any, address: str) -> Callable[[], None]:
    client = Client()
    client.force_login(actor)

    def fetch() -> None:
        if client.get(address).status_code != 200:
            raise RuntimeError(f"{address} could not be shown.")

    return fetch


def _open(stock: Stock, *, now: datetime) -> None:
    """Store the open promises: of twenty one overdue and silent, one overdue, one with a customer who waits."""
    made_at = now - timedelta(days=2)
    rows = []
    for number in range(OPEN):
        how = number % 20
        due_at = now - timedelta(hours=3) if how in (0, 1) else now + timedelta(hours=1 + number % 200)
        word_at = now - timedelta(hours=1) if how == 0 else now + timedelta(hours=2 + number % 90)
        team = stock.teams[number % len(stock.teams)]
        rows.append(
            Commitment(
                reference=f"P{number:07}",
                customer_id=stock.customers[number % len(stock.customers)],
                kind="fix",
                promise="send you a replacement router",
                channel=Commitment.Channel.PHONE,
                owner_id=stock.owners[(number % len(stock.teams)) * 5 + 1],
                team=team,
                policy_id=stock.policies[team.pk],
                made_by_id=stock.owners[0],
                made_at=made_at,
                recorded_at=made_at,
                due_at=due_at,
                due_set_at=made_at,
                started_at=made_at,
                last_word_at=made_at,
                last_person_word_at=made_at,
                next_word_due_at=word_at,
                overdue_since=due_at if how in (0, 1) else None,
                silent_since=word_at if how == 0 else None,
                customer_waiting_since=now - timedelta(hours=1) if how == 2 else None,
                checked_until=now,
                next_check_at=now + timedelta(hours=1),
            )
        )
    made = Commitment.objects.bulk_create(rows, batch_size=1_000)
    Escalation.objects.bulk_create(
        [
            Escalation(commitment=row, trigger="overdue", opened_at=row.due_at, steps_taken=1)
            for row in made
            if row.overdue_since is not None
        ],
        batch_size=1_000,
    )


@transaction.atomic
def _ended(stock: Stock, number: int) -> None:
    """Store promises that were kept, as copies of one, each with an event, some with ended ladders and handoffs.

    Whole sets at a time: row by row a million would take an hour. They are everybody's, but their customers are others
    than those of the open ones, so that no customer's own story grows.
    """
    template = Commitment.objects.latest("id")
    customer = {"name": "'Former ' || n", "email": "'former' || n || '@example.org'"}
    first = _copied(Customer, template.customer_id, number // A_CUSTOMERS + 1, customer)
    kept = _copied(
        Commitment,
        template.pk,
        number,
        {
            "reference": "'K' || lpad(n::text, 7, '0')",
            "customer_id": f"{first} + n / {A_CUSTOMERS}",
            "team_id": f"{stock.teams[0].pk} + mod(n, {TEAMS})",
            "owner_id": f"{stock.owners[1]} + mod(n, {TEAMS}) * 5",
            "status": "'kept'",
            "ended_at": "due_at - interval '1 minute'",
            "next_check_at": "NULL",
            "next_word_due_at": "NULL",
            "customer_waiting_since": "NULL",
            "made_at": "made_at - n * interval '1 minute'",
        },
    )
    with connection.cursor() as cursor:
        for statement in BESIDE_ENDED:
            cursor.execute(statement, [kept])


def _copied(model: type[models.Model], template: int, number: int, changed: dict[str, str]) -> int:
    """Store `number` copies of a row, some columns written anew from `n`, 0 and up; give the id of the first."""
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - names of our own columns
            f" SELECT {values} FROM {table} AS t CROSS JOIN generate_series(0, %s) AS n WHERE t.id = %s ORDER BY n",
            [number - 1, template],
        )
        cursor.execute(f"SELECT max(id) - %s + 1 FROM {table}", [number])  # noqa: S608 - the same
        (first,) = cursor.fetchone()
    return int(first)
