"""The acts on a promise's page, by theme, in the order in which the page draws them."""

from commitments.web.acts import agreed, calls, ending, handing, mistakes, replies, word, wrong
from commitments.web.acts.act import Act

ACTS: tuple[Act, ...] = (
    *handing.ASKED,
    *replies.WAITING,
    *ending.ACTS,
    *word.ACTS,
    *replies.ACTS,
    *calls.ACTS,
    *wrong.ACTS,
    *handing.ACTS,
    *agreed.ACTS,
    *mistakes.ACTS,
)
