"""What the quick-log line still lacks, and what is said of it to those who hear the page rather than see it."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from commitments.models import Kind
from commitments.web.line_reading import Reading
from commitments.web.times import in_zone

DRIFT = timedelta(minutes=5)
"""A time that counts from the present (“in two hours”) may have moved on by so much since it was shown."""

Missing = tuple[str, str]
"""The name of what is missing, as the line's fields are named, and a sentence."""


def context(reading: Reading | None, *, now: datetime) -> dict[str, Any]:
    """Give what the line's templates say it with; nothing for somebody who can promise nothing."""
    if reading is None:
        return {"line": None}
    return {"line": reading, "said": said(reading, now=now), "is_clear": not lacking(reading)}


def lacking(reading: Reading) -> list[Missing]:
    """Say what the line lacks as it is shown: what, to whom, by when."""
    if reading.is_empty:
        return [("line", _("Write what you promised, to whom and by when."))]
    return [*_lacking_due(reading), *_lacking_customer(reading), *_lacking_words(reading)]


def missing(reading: Reading) -> list[Missing]:
    """Say what is in the way of logging the line at Enter: what it lacks, or what is not as it was shown."""
    return lacking(reading) or [*_other_time(reading), *_other_customer(reading)]


def said(reading: Reading, *, now: datetime) -> str:
    """Say in a few short sentences what the line means, and what it lacks."""
    if reading.is_empty:
        return ""
    found = [str(Kind(reading.values["kind"]).label) if reading.values["kind"] in Kind.values else ""]
    if reading.customer is not None:
        found.append(_("for %(customer)s") % {"customer": reading.customer})
    elif reading.is_new:
        found.append(_("for %(customer)s, who is new") % {"customer": reading.values["name"]})
    if reading.due.at is not None:
        at = in_zone(reading.due.at, zone=reading.due.team_zone, now=now)
        found.append(_("by %(at)s") % {"at": at})
    sentences = [", ".join(part for part in found if part)]
    if reading.open.promises:
        sentences.append(_("They have open promises already"))
    if reading.due.works_at is not None:
        sentences.append(_("Nobody works then"))
    if reading.load is not None:
        sentences.append(_("That hour is fuller than usual"))
    left = [sentence.rstrip(".") for _name, sentence in lacking(reading)]
    sentences += left or [_("Enter logs it")]
    return ". ".join(sentences) + "."


def _lacking_due(reading: Reading) -> list[Missing]:
    due = reading.due
    if due.wrong:
        return [("due" if due.choices else "line", due.wrong)]
    return [] if due.at is not None else [("line", _("Say by when, as in “tomorrow 3pm”."))]


def _lacking_customer(reading: Reading) -> list[Missing]:
    if reading.customer is not None:
        return []
    if reading.is_new:
        return [] if reading.values["name"].strip() else [("name", _("Give the customer’s name."))]
    if reading.who.customers:
        return [("customer", _("Several fit: choose the customer."))]
    return [("line", _("Say to whom: a name, a mail address or a telephone number."))]


def _lacking_words(reading: Reading) -> list[Missing]:
    if reading.values["promise"]:
        return []
    return [("promise", _("Write what was promised; the customer reads these words."))]


def _other_time(reading: Reading) -> list[Missing]:
    shown, at = reading.typed.shown, reading.due.at
    if not reading.typed.was_shown or not shown.due or at is None:
        return []
    try:
        drifted = abs(datetime.fromisoformat(shown.due) - at) > DRIFT
    except (ValueError, TypeError):
        return []
    return [("line", _("It is another time by now. Look at it, then press Enter again."))] if drifted else []


def _other_customer(reading: Reading) -> list[Missing]:
    """Ask about a customer who was neither named in full nor shown as the one who is meant."""
    was_other = reading.typed.was_shown and reading.typed.shown.customer != reading.picked
    is_sure = reading.customer is not None and reading.customer == reading.who.exact and not was_other
    if reading.is_picked or is_sure:
        return []
    if reading.is_new:
        return [("customer", _("Nobody is known by that. Press Enter again to take them down as new."))]
    return [("customer", _("Are they meant? Press Enter again, or choose another."))]
