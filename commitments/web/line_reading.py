"""What the quick-log line says, as the Desk understands it: whom, what, by when, and who will be mailed.

Read anew while it is typed and once more at Enter; nothing is stored. What is missing is asked for in `quick_log`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from commitments.domain.phrases import Due, Unclear, Week
from commitments.domain.quick_line import Line, read_line
from commitments.models import Commitment, Customer, Kind, Team
from commitments.models.identifiers import read_id
from commitments.selectors.quick_log import Named, OpenPromises, latest_route, named, open_promises_to
from commitments.selectors.strain import Strained, strain_of
from commitments.services.reachability import take_over_flag
from commitments.web.fields import normal_phone
from commitments.web.line_due import LineDue, Load, load_of, read_due_time
from commitments.web.line_typed import BESIDE, Shown, Typed
from commitments.web.logging_form import NEW

RECEIPT, TOLD, BY_PHONE = "receipt", "told", "phone"
"""How the customer learns of it: by a receipt; they have just been told all of it; never by mail."""
SHORTEST_NAME = 2
"""Fewer letters than this are not looked for; they would fit everybody."""
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Mailed:
    """Where the receipt goes, or why there is none (`because`, the end of a sentence)."""

    to: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A line as it was read. `values`: the fields beside it; `customer`: who is chosen, unless they are new."""

    typed: Typed
    team: Team
    teams: Sequence[Team]
    values: Mapping[str, str]
    read: Mapping[str, tuple[str, str]]
    due: LineDue
    who: Named
    contact: str
    """The mail address or number that the line gives, as it was typed."""
    customer: Customer | None
    is_new: bool
    is_picked: bool
    """Whether the customer was chosen among those who fit, or has been shown as chosen."""
    open: OpenPromises
    strain: Strained | None
    mailed: Mailed
    load: Load | None
    asked: tuple[tuple[str, str], ...] = ()
    """What is missing, each the name of what it is about and a sentence: asked for after Enter."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed yet."""
        return not self.typed.text.strip()

    @property
    def is_known(self) -> bool:
        """Whether it is clear to whom it is promised, be they new."""
        return self.customer is not None or self.is_new

    @property
    def picked(self) -> str:
        """The customer whose radio button is pressed."""
        return str(self.customer.pk) if self.customer is not None else NEW if self.is_new else ""

    @property
    def shown(self) -> str:
        """What the preview shows, for the next request."""
        return Shown(
            text=self.typed.text,
            who=self.who.words,
            options=tuple(customer.pk for customer in self.who.customers),
            customer=self.picked,
            due=self.due.at.isoformat() if self.due.at is not None else "",
            read=dict(self.read),
        ).written()

    @property
    def routes(self) -> list[tuple[str, str]]:
        """The ways in which the customer can learn of it."""
        return [
            (RECEIPT, _("Mail a receipt")),
            (TOLD, _("No receipt: I have told them")),
            (BY_PHONE, _("By phone only, never by mail")),
        ]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds of promises."""
        return [(kind.value, str(kind.label)) for kind in Kind]

    @property
    def wrong(self) -> dict[str, str]:
        """What is missing by what it is about."""
        return dict(reversed(self.asked))

    @property
    def asks_first(self) -> str:
        """What is missing and comes first; there the keyboard goes."""
        return self.asked[0][0] if self.asked else ""


def read(typed: Typed, *, actor: Any, teams: Sequence[Team], now: datetime) -> Reading:
    """Read a line for `actor`, who promises in the name of one of `teams` (at least one)."""
    wanted = typed.beside.get("team", "")
    team = next((team for team in teams if str(team.pk) == wanted), teams[0])
    zone = ZoneInfo(team.calendar.zone)
    line = read_line(typed.text, now=now, zone=zone, week=Week.of(team.calendar.to_domain()))
    phone = _phone(line.contact.text, team=team) if line.contact is not None else ""
    who = _named(line, text=typed.text, phone=phone, actor=actor)
    customer, is_new, is_picked = _chosen(typed, who, actor=actor)
    route = BY_PHONE if _hears_by_phone(customer, actor=actor) else RECEIPT
    first = who.words if who.words and who.words in {said.text for said in line.who} else _first(line)
    email = line.contact.text if line.contact is not None and "@" in line.contact.text else ""
    given = {
        "kind": (line.kind.value, who.words),
        "promise": (line.promise, ""),
        "route": (route, str(customer.pk) if customer is not None else NEW),
        "name": (first, ""),
        "email": (email, who.words),
        "phone": (phone or (line.contact.text if line.contact is not None and not email else ""), who.words),
        "time_zone": (team.calendar.zone, who.words),
    }
    values = {name: typed.kept(name, value, on=on) for name, (value, on) in given.items()}
    values["promise"] = values["promise"].strip() or line.promise
    values["team"] = str(team.pk)
    customer_zone = customer.time_zone if customer is not None else values["time_zone"] if is_new else ""
    due = read_due_time(line, typed=typed, team=team, kind=values["kind"], now=now)
    due = replace(due, customer_zone=customer_zone if customer_zone in available_timezones() else due.team_zone)
    return Reading(
        typed=typed,
        team=team,
        teams=teams,
        values=values,
        read=given,
        due=due,
        who=who,
        contact=line.contact.text if line.contact is not None else "",
        customer=customer,
        is_new=is_new,
        is_picked=is_picked,
        open=open_promises_to(customer=customer, actor=actor) if customer is not None else OpenPromises(),
        strain=strain_of(customers=[customer.pk], now=now).get(customer.pk) if customer is not None else None,
        mailed=_mailed(customer, values=values, team=team),
        load=load_of(due.at, actor=actor, zone=team.calendar.zone, now=now),
    )


def unread(*, team: Team, teams: Sequence[Team], text: str = "") -> Reading:
    """Give the line as it stands before anything is read: empty, or with a text that is yet to be looked at."""
    nothing = dict.fromkeys(BESIDE, "")
    return Reading(
        typed=Typed(text=text),
        team=team,
        teams=teams,
        values=nothing | {"team": str(team.pk)},
        read={},
        due=LineDue(team_zone=team.calendar.zone),
        who=Named(),
        contact="",
        customer=None,
        is_new=False,
        is_picked=False,
        open=OpenPromises(),
        strain=None,
        mailed=Mailed(),
        load=None,
    )


# -- Whom ------------------------------------------------------------------------------------------------------------


def _named(line: Line, *, text: str, phone: str, actor: Any) -> Named:
    """Find whom a line names; where it says nothing but a few words, they may be a name or a reference."""
    names = [said.text for said in line.who if len(said.text) >= SHORTEST_NAME]
    contacts = [way for way in (phone, line.contact.text if line.contact is not None else "") if way]
    if not names and not contacts:
        rest = _without_due(text, line.due)
        if not SHORTEST_NAME <= len(rest) <= LONGEST_NAME:
            return Named()
        found = named(actor=actor, names=[rest])
        return found if found.customers else Named()
    return named(actor=actor, names=names, contacts=list(dict.fromkeys(contacts)))


def _without_due(text: str, due: Due | Unclear | None) -> str:
    """Give what a line says beside its time."""
    if due is not None:
        start, end = due.span
        text = f"{text[:start]} {text[end:]}"
    return " ".join(text.split())


def _chosen(typed: Typed, who: Named, *, actor: Any) -> tuple[Customer | None, bool, bool]:
    """Give the customer, whether they are new, and whether that was chosen or shown, not only taken from the line."""
    options = {str(customer.pk): customer for customer in who.customers}
    is_shown = bool(typed.customer) and who.words == typed.shown.who and tuple(map(int, options)) == typed.shown.options
    if is_shown and typed.customer == NEW:
        return None, True, True
    if is_shown and read_id(typed.customer) is not None and typed.customer in options:
        return options[typed.customer], False, True
    if who.exact is not None:
        return who.exact, False, False
    if len(options) == 1 and not who.more and not who.lacks_contact:
        return who.customers[0], False, False
    return None, bool(who.words) and not options, False


def _hears_by_phone(customer: Customer | None, *, actor: Any) -> bool:
    return customer is not None and latest_route(customer=customer, actor=actor) == Commitment.ContactRoute.PHONE


def _first(line: Line) -> str:
    return line.who[0].text if line.who else ""


def _phone(text: str, *, team: Team) -> str:
    """Write a number that the line gives in E.164; empty for what is none."""
    if "@" in text:
        return ""
    try:
        return normal_phone(text, team=team)
    except ValidationError:
        return ""


# -- Who is mailed ---------------------------------------------------------------------------------------------------


def _mailed(customer: Customer | None, *, values: Mapping[str, str], team: Team) -> Mailed:
    """Say where the receipt goes, or why none does."""
    if values["route"] == BY_PHONE:
        return Mailed(because=_("they hear from us by phone only"))
    if values["route"] == TOLD:
        return Mailed(because=_("you have told them all of it"))
    to = customer
    if to is None:
        to = Customer(name=values["name"], email=values["email"].strip())
        take_over_flag(to)
    if not to.email:
        return Mailed(because=_("no mail address of theirs is known"))
    if to.do_not_mail:
        return Mailed(because=str(to.get_do_not_mail_display()).lower())
    if team.is_shadow:
        return Mailed(because=_("%(team)s is in shadow mode") % {"team": team})
    return Mailed(to=to.email)
