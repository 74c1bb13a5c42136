"""What templates say with: times in a zone, how long ago, people, icons, and the navigation's answers.

Times count from the `now` that the view has put into the context.
"""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from commitments.domain.business_time import Duration
from commitments.languages import name_of
from commitments.models import people
from commitments.selectors.board import supervises_any
from commitments.selectors.strain import Strained, Weighed
from commitments.web import times
from commitments.web.fields import shown_phone
from commitments.web.strain import said_of, sentence_of

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon in the text's colour; screen readers pass over it unless it has a label of its own."""
    link = f"{static('commitments/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, link)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', link)


def _time(instant: datetime, words: str, *, zone: str, now: datetime) -> SafeString:
    title = times.in_zone(instant, zone=zone, now=now)
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(timespec="seconds"), title, words)


@register.simple_tag(takes_context=True)
def moment(context: Context, instant: datetime | None, zone: str) -> SafeString | str:
    """Write an instant in full with its zone: `Fri 20 Nov, 15:00 (Lisbon)`."""
    if instant is None:
        return ""
    now = context["now"]
    return _time(instant, times.in_zone(instant, zone=zone, now=now), zone=zone, now=now)


@register.simple_tag(takes_context=True)
def near(context: Context, instant: datetime | None, zone: str) -> SafeString | str:
    """Write an instant shortly, for lists: `15:00`, `tomorrow 12:00`; the zone is in its title."""
    if instant is None:
        return ""
    now = context["now"]
    return _time(instant, times.near(instant, zone=zone, now=now), zone=zone, now=now)


@register.simple_tag(takes_context=True)
def hour(context: Context, instant: datetime, zone: str) -> SafeString:
    """Write the time of day of an instant whose day stands above it: `15:00`; the rest is in its title."""
    return _time(instant, f"{times.local(instant, zone=zone):%H:%M}", zone=zone, now=context["now"])


@register.simple_tag
def there(instant: datetime, zone: str, customers: str) -> SafeString | str:
    """Write the customer's time of day after the team's where it differs: ` · 19:00 in Tokyo`."""
    ours, theirs = times.local(instant, zone=zone), times.local(instant, zone=customers)
    if ours.utcoffset() == theirs.utcoffset():
        return ""
    day = "" if ours.date() == theirs.date() else f"{theirs:%a} "
    said = gettext("%(time)s in %(place)s") % {"time": f"{day}{theirs:%H:%M}", "place": times.zone_label(customers)}
    return format_html(' · <span class="nowrap">{}</span>', said)


@register.simple_tag(takes_context=True)
def clock_time(context: Context, zone: str) -> str:
    """Write the present time of day to the second, with its zone."""
    return f"{times.local(context['now'], zone=zone):%H:%M:%S} ({times.zone_label(zone)})"


@register.simple_tag(takes_context=True)
def time_there(context: Context, zone: str) -> str:
    """Write what clocks in a zone show now: `19:03 in Chicago`."""
    said = gettext("%(time)s in %(zone)s")
    return said % {"time": f"{times.local(context['now'], zone=zone):%H:%M}", "zone": times.zone_label(zone)}


@register.simple_tag(takes_context=True)
def relative(context: Context, instant: datetime | None) -> str:
    """Write how far off an instant is: `in 2 h`, `3 h ago`."""
    return "" if instant is None else times.relative(instant, now=context["now"])


@register.simple_tag(takes_context=True)
def since(context: Context, instant: datetime | None) -> str:
    """Write how long it has been since an instant: `3 h`."""
    return "" if instant is None else times.length(max(context["now"] - instant, timedelta()))


@register.filter
def zone_label(zone: str) -> str:
    """Give the city of a zone."""
    return times.zone_label(zone)


@register.filter
def person(user: Any) -> str:
    """Give a colleague's name."""
    return people.person(user)


@register.filter
def taker(asked: Any) -> str:
    """Give the name of whoever is asked to take something over: a colleague's, or a team's."""
    return gettext("anyone in %(team)s") % {"team": asked} if isinstance(asked, people.Team) else people.person(asked)


@register.filter
def initials(name: Any) -> str:
    """Give at most two letters to stand for a name."""
    words = [word for word in str(name).split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "?"


@register.filter
def phone(number: str) -> str:
    """Write a telephone number as people read it."""
    return shown_phone(number)


@register.filter
def language_name(code: str) -> str:
    """Write a language as people say it: `German`."""
    return name_of(code)


@register.filter
def how_often(count: int) -> str:
    """Write a count as people say it: once, twice, 3 times."""
    return times.how_often(count)


@register.filter
def in_words(duration: Duration) -> str:
    """Write a length as people say it: `4 working hours`."""
    return times.duration_in_words(duration)


@register.filter
def strain_counts(strain: Strained) -> str:
    """Say what strains a customer: `2 dates broken, 1 silence`."""
    return said_of(strain)


@register.filter
def strain_reason(weighed: Weighed) -> str:
    """Say one reason: `A date was broken`."""
    return sentence_of(weighed)


@register.filter
def weight(number: float) -> str:
    """Write what a reason weighs, or what all come to: `2`, `0.5`."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


@register.simple_tag(takes_context=True)
def has_board(context: Context) -> bool:
    """Tell whether whoever looks has a Board; asked once a request."""
    request = context["request"]
    if not hasattr(request, "has_board"):
        request.has_board = request.user.is_authenticated and supervises_any(request.user)
    return bool(request.has_board)


@register.simple_tag
def page_of(name: str, *args: Any) -> str:
    """Give a page's address, or nothing where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
