"""The acts on a promise's page, by theme, in the order in which the page draws them."""

from commitments.web.acts import ending, word
from commitments.web.acts.act import Act

ACTS: tuple[Act, ...] = (
    *word.ACTS,
    *ending.ACTS,
)
