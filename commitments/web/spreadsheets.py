"""Tables that spreadsheets open: as CSV in UTF-8, in which no text of a customer's is taken for a formula."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
STARTS_A_FORMULA = frozenset("=+-@\u2212")
INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


class _Echo:
    def write(self, text: str) -> str:
        """Give the line back instead of keeping it."""
        return text


def lines_of(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Write a header and rows as CSV, line by line; texts come out harmless."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row]))


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would work out as a formula.

    Spreadsheets pass over what cannot be seen before the sign, and take its wide and small forms for the sign itself.
    """
    seen = next((sign for sign in text if unicodedata.category(sign) not in INVISIBLE), "")
    begins = unicodedata.normalize("NFKC", seen)[:1]
    return f"'{text}" if (begins in STARTS_A_FORMULA and begins) or text[:1] in {"\t", "\r", "\n"} else text
