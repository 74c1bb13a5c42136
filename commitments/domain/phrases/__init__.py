"""Due times as people say them: “call back tomorrow 3pm”. Right or asked back, never guessed.

`read_due` reads the one due time that is said anywhere in a line of English and tells which words said it. What
could mean two times, or none that can be, is `Unclear`: it is asked back, with choices. Words that are no times are
left alone.
"""

from commitments.domain.phrases.answers import Choice, Due, Span, Unclear, chosen
from commitments.domain.phrases.reading import read_due
from commitments.domain.phrases.weeks import STANDARD, Week

__all__ = ["STANDARD", "Choice", "Due", "Span", "Unclear", "Week", "chosen", "read_due"]
