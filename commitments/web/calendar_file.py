"""A promised date as a calendar file (iCalendar, RFC 5545), in the language that is active.

It holds no link: calendars are shared and copied to other companies, and a link lets whoever has it answer.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event

from commitments.models import Commitment


def calendar_file(commitment: Commitment, *, now: datetime) -> bytes:
    """Write the date of a promise, read with its team; a later file brings an earlier one's entry up to date.

    The version of the promise numbers the changes: it never goes back.
    """
    entry = Event()
    entry.add("uid", f"promise-{commitment.reference.lower()}@{urlsplit(settings.SITE_URL).hostname}")
    entry.add("sequence", commitment.version)
    entry.add("dtstamp", now)
    entry.add("last-modified", now)
    entry.add("created", commitment.made_at)
    entry.add("dtstart", commitment.due_at)
    entry.add("dtend", commitment.due_at)
    entry.add("summary", _summary(commitment))
    entry.add("description", "\n".join(_description(commitment)))
    entry.add("transp", "TRANSPARENT")
    entry.add("status", "CANCELLED" if commitment.status == "withdrawn" else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", f"-//Kept//Promises//{(get_language() or 'en').upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _summary(commitment: Commitment) -> str:
    words = {"promise": " ".join(commitment.promise.split())}
    match commitment.status:
        case "kept":
            return gettext("Kept: %(promise)s") % words
        case "withdrawn":
            return gettext("No longer promised: %(promise)s") % words
        case _:
            return gettext("Promised by now: %(promise)s") % words


def _description(commitment: Commitment) -> list[str]:
    team = commitment.team
    lines = [gettext("%(team)s promised you: “%(promise)s”") % {"team": team.name, "promise": commitment.promise}]
    if team.phone:
        lines.append(
            gettext("To reach us, call %(phone)s and say %(reference)s.")
            % {"phone": team.phone, "reference": commitment.reference}
        )
    return lines
