"""What strains a customer, in words."""

from commitments.models import Strain
from commitments.selectors.strain import Strained, Weighed

COUNTED = {
    Strain.Sort.SILENCE: ("silence", "silences"),
    Strain.Sort.BROKEN: ("date broken", "dates broken"),
    Strain.Sort.CHASE: ("time asked again", "times asked again"),
    Strain.Sort.DISPUTE: ("time not solved", "times not solved"),
    Strain.Sort.COMPLAINT: ("complaint", "complaints"),
}
SENTENCES = {
    Strain.Sort.SILENCE: "Heard nothing by the time we had named",
    Strain.Sort.BROKEN: "A date that we had promised passed",
    Strain.Sort.CHASE: "Had to ask again before we answered",
    Strain.Sort.DISPUTE: "Said that what we called kept was not",
    Strain.Sort.COMPLAINT: "Complained",
}


def said_of(strain: Strained) -> str:
    """Say how many reasons of each sort there are: `2 dates broken, 1 silence`."""
    return ", ".join(f"{count} {COUNTED[Strain.Sort(sort)][count > 1]}" for sort, count in strain.counts)


def sentence_of(weighed: Weighed) -> str:
    """Say one reason."""
    return SENTENCES[Strain.Sort(weighed.reason.sort)]
