"""The acts on a promise's page, by theme, in the order in which the page draws them."""

from commitments.web.acts import agreed, calls, ending, mistakes, replies, word, wrong
from commitments.web.acts.act import Act

ACTS: tuple[Act, ...] = (
    *replies.WAITING,
    *ending.ACTS,
    *word.ACTS,
    *replies.ACTS,
    *calls.ACTS,
    *wrong.ACTS,
    *agreed.ACTS,
    *mistakes.ACTS,
)
