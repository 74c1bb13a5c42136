"""What strains a customer, in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from commitments.models import Strain
from commitments.selectors.strain import Strained, Weighed

COUNTED = {
    Strain.Sort.SILENCE: ngettext_lazy("%(number)s silence", "%(number)s silences", "number"),
    Strain.Sort.BROKEN: ngettext_lazy("%(number)s date broken", "%(number)s dates broken", "number"),
    Strain.Sort.CHASE: ngettext_lazy("%(number)s time asked again", "%(number)s times asked again", "number"),
    Strain.Sort.DISPUTE: ngettext_lazy("%(number)s time not solved", "%(number)s times not solved", "number"),
    Strain.Sort.COMPLAINT: ngettext_lazy("%(number)s complaint", "%(number)s complaints", "number"),
}
SENTENCES = {
    Strain.Sort.SILENCE: _("Heard nothing by the time we had named"),
    Strain.Sort.BROKEN: _("A date that we had promised passed"),
    Strain.Sort.CHASE: _("Had to ask again before we answered"),
    Strain.Sort.DISPUTE: _("Said that what we called kept was not"),
    Strain.Sort.COMPLAINT: _("Complained"),
}


def said_of(strain: Strained) -> str:
    """Say how many reasons of each sort there are: `2 dates broken, 1 silence`."""
    return ", ".join(COUNTED[Strain.Sort(sort)] % {"number": count} for sort, count in strain.counts)


def sentence_of(weighed: Weighed) -> str:
    """Say one reason."""
    return str(SENTENCES[Strain.Sort(weighed.reason.sort)])
