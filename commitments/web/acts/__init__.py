"""The acts on a promise's page, by theme, in the order in which the page draws them."""

from commitments.web.acts import ending, handing, word
from commitments.web.acts.act import Act

ACTS: tuple[Act, ...] = (
    *handing.ASKED,
    *word.ACTS,
    *ending.ACTS,
    *handing.ACTS,
)
