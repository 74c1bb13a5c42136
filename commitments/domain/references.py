"""References: how they are written, and how one that was said, typed or pasted is read. Pure."""

import re
from collections.abc import Iterator
from itertools import product

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""What can be said and written down on the phone without a mistake: no 0/O, no 1/I/L."""
REFERENCE_LENGTH = 5
LOOK_ALIKES = {"0": "DQ", "O": "DQ", "1": "7JT", "I": "7JT", "L": "7JT"}
"""What somebody may have read who types a letter that no reference holds."""
IN_BRACKETS = re.compile(r"\[([0-9A-Za-z]+)\]")
IN_AN_ADDRESS = re.compile(r"/promises/([0-9A-Za-z]+)")


def read_reference(text: str) -> str:
    """Read a text that is a reference: in any case, with spaces or hyphens, in a mail's subject, in a page's address.

    Gives nothing where it is none; whether there is such a promise is not asked.
    """
    return next((written for written in _written(text) if all(letter in REFERENCE_LETTERS for letter in written)), "")


def look_alikes(text: str) -> tuple[str, ...]:
    """Give the references that a text may mean which holds letters that no reference has (0, O, 1, I, L)."""
    for written in _written(text):
        choices = [LOOK_ALIKES.get(letter, letter) for letter in written]
        if all(letter in REFERENCE_LETTERS for choice in choices for letter in choice):
            # At most 3⁵ of them, looked up all at once.
            found = tuple("".join(letters) for letters in product(*choices))
            return found if found != (written,) else ()
    return ()


def _written(text: str) -> Iterator[str]:
    """Give what may be a reference in a text, in capitals."""
    pasted = [found.group(1) for pattern in (IN_BRACKETS, IN_AN_ADDRESS) for found in pattern.finditer(text)]
    for candidate in (*pasted, re.sub(r"[\s.\-–_#]+", "", text)):
        if len(candidate) == REFERENCE_LENGTH and candidate.isascii() and candidate.isalnum():
            yield candidate.upper()
