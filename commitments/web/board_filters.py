"""The Board's filters in its address: read, written, and said in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.models import Customer, Kind, Team, person
from commitments.models.identifiers import read_id
from commitments.selectors.board_filters import Filters, State
from commitments.web import times

User = get_user_model()

Q_AT_MOST = 200
STATES = {
    State.OVERDUE: gettext_lazy("Overdue"),
    State.SILENT: gettext_lazy("Silent"),
    State.WAITING: gettext_lazy("Customer waits"),
    State.DISPUTED: gettext_lazy("Disputed"),
    State.UNTOLD: gettext_lazy("Bad news untold"),
    State.UNDELIVERABLE: gettext_lazy("Mail fails"),
    State.HANDOFFS: gettext_lazy("Handoff waits"),
    State.CALLS: gettext_lazy("To call"),
    State.DUE_SOON: gettext_lazy("Due in 4 hours"),
}
SENTENCES = {
    "team": gettext_lazy("You supervise no team “%s”, so that narrows nothing."),
    "owner": gettext_lazy("There is no colleague “%s”, so that narrows nothing."),
    "customer": gettext_lazy("There is no customer “%s”, so that narrows nothing."),
    "kind": gettext_lazy("“%s” is no kind of promise, so that narrows nothing."),
    "state": gettext_lazy("“%s” is no state, so that narrows nothing."),
    "due_from": gettext_lazy("“%s” is no time with its zone, so that narrows nothing."),
    "due_until": gettext_lazy("“%s” is no time with its zone, so that narrows nothing."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. `not_understood`: a sentence for each value that means nothing."""

    filters: Filters
    not_understood: tuple[str, ...] = ()
    team: Team | None = None
    owner: Any = None
    customer: Customer | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One filter in words, and the query without it."""

    words: str
    without: str
    has_field: bool
    """Whether the form above the Board shows it as well."""


def read_asked(query: Mapping[str, str], *, actor: Any, teams: Sequence[Team]) -> Asked:
    """Read the filters; what cannot be read, or names nothing that `actor` may see, narrows nothing and is said.

    `teams`: those that `actor` supervises.
    """
    given = {field.name: query.get(field.name, "").strip()[:Q_AT_MOST].replace("\x00", "") for field in fields(Filters)}
    ids = {name: read_id(given[name]) for name in ("team", "owner", "customer")}
    team = next((team for team in teams if team.pk == ids["team"]), None)
    owner = User.objects.filter(pk=ids["owner"]).first() if ids["owner"] is not None else None
    customer = None
    if ids["customer"] is not None:
        customer = Customer.objects.visible_to(actor).filter(pk=ids["customer"]).first()
    filters = Filters(
        team=team.pk if team else None,
        owner=owner.pk if owner else None,
        customer=customer.pk if customer else None,
        kind=given["kind"] if given["kind"] in Kind.values else "",
        state=State(given["state"]) if given["state"] in set(State) else None,
        due_from=_read_instant(given["due_from"]),
        due_until=_read_instant(given["due_until"]),
        q=given["q"],
    )
    missed = [name for name, text in given.items() if text and not getattr(filters, name)]
    sentences = tuple(str(SENTENCES[name]) % _short(given[name]) for name in missed)
    return Asked(filters, sentences, team, owner, customer)


def query_of(filters: Filters, **changed: Any) -> str:
    """Write filters as an address has them, some of them changed or other values added; empty ones are left out."""
    values = {field.name: getattr(filters, field.name) for field in fields(Filters)} | changed
    query = urlencode({name: _written(value) for name, value in values.items() if value}, safe=":")
    return f"?{query}" if query else ""


def _written(value: Any) -> str:
    """Write an instant as `2026-11-20T15:00Z`, and anything else as it is."""
    if not isinstance(value, datetime):
        return str(value)
    written = value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="auto" if value.second else "minutes")
    return f"{written}Z"


def said_filters(asked: Asked, *, zone: str, now: datetime) -> list[Said]:
    """Say what the Board is narrowed to, filter by filter."""
    filters = asked.filters
    said = []
    if filters.state is not None:
        said.append(("state", str(STATES[filters.state])))
    if filters.kind:
        said.append(("kind", str(Kind(filters.kind).label)))
    if asked.owner is not None:
        said.append(("owner", person(asked.owner)))
    if asked.team is not None:
        said.append(("team", str(asked.team)))
    if asked.customer is not None:
        said.append(("customer", _("for %(customer)s") % {"customer": asked.customer}))
    if filters.due_from or filters.due_until:
        said.append(("due", _said_due(filters, zone=zone, now=now)))
    if filters.q:
        said.append(("q", f"“{filters.q}”"))
    empty = Filters()
    return [
        Said(
            words=words,
            without=query_of(
                replace(filters, due_from=None, due_until=None)
                if name == "due"
                else replace(filters, **{name: getattr(empty, name)})
            ),
            has_field=name not in {"customer", "due"},
        )
        for name, words in said
    ]


def is_the_same_search(new: Filters, old: Filters) -> bool:
    """Tell whether only what was typed differs, and was not empty: then it is the same search, typed on."""
    return bool(old.q) and replace(new, q=old.q) == old


def _said_due(filters: Filters, *, zone: str, now: datetime) -> str:
    def near(at: datetime) -> str:
        return times.near(at, zone=zone, now=now)

    if filters.due_from is None or filters.due_until is None:
        at = filters.due_from or filters.due_until
        words = _("due from %(at)s") if filters.due_from else _("due before %(at)s")
        return words % {"at": near(at)} if at else ""
    until = near(filters.due_until)
    days = [times.local(at, zone=zone).date() for at in (filters.due_from, filters.due_until)]
    if days[0] == days[1]:
        until = f"{times.local(filters.due_until, zone=zone):%H:%M}"
    return _("due from %(from)s to %(until)s") % {"from": near(filters.due_from), "until": until}


def _read_instant(text: str) -> datetime | None:
    """Read an instant in ISO 8601 with its offset; a plus sign that was typed into an address comes as a space."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        # No year in which the clocks of some zone would show one that there is not.
        return at.astimezone(UTC) if at.tzinfo is not None and MINYEAR < at.year < MAXYEAR else None
    except (ValueError, OverflowError):
        return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
