"""The quick-log line as it was typed, with what was chosen and changed beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.http import QueryDict

LINE_AT_MOST = 1_000
"""Characters; a line that is longer is no line."""
BESIDE = ("kind", "promise", "route", "name", "email", "phone", "time_zone", "team")
"""What stands beside the line, filled with what it says, and can be changed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a preview has shown: for which `text`, whom (by which words, among whom, and who was chosen), and by when.

    `read`: what the line itself gave for each field beside it, and what that hung on.
    """

    text: str = ""
    who: str = ""
    options: tuple[int, ...] = ()
    customer: str = ""
    due: str = ""
    read: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, written: str) -> Self:
        """Read what a preview has written down; nothing shown where it makes no sense."""
        try:
            known = json.loads(written)
            return cls(
                text=str(known["text"]),
                who=str(known["who"]),
                options=tuple(int(option) for option in known["options"]),
                customer=str(known["customer"]),
                due=str(known["due"]),
                read={str(name): (str(value), str(on)) for name, (value, on) in known["read"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return cls()

    def written(self) -> str:
        """Write it down for the next request."""
        return json.dumps(
            {
                "text": self.text,
                "who": self.who,
                "options": self.options,
                "customer": self.customer,
                "due": self.due,
                "read": self.read,
            },
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """A line, which of the customers was chosen, the fields beside it as they stand, and what was shown before."""

    text: str = ""
    customer: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        """Read what was posted."""
        return cls(
            text=_plain(data.get("line", ""))[:LINE_AT_MOST],
            customer=str(data.get("line-customer", "")),
            beside={name: _plain(data[f"line-{name}"]) for name in BESIDE if f"line-{name}" in data},
            shown=Shown.of(str(data.get("line-shown", ""))),
        )

    @property
    def was_shown(self) -> bool:
        """Whether a preview of this very line has been shown."""
        return bool(self.text.strip()) and self.text == self.shown.text

    def kept(self, name: str, read: str, *, on: str) -> str:
        """Give a field beside the line: as it was changed, or what the line says (`read`) if it says something new.

        `on`: what else it hangs on; a change holds only for as long as that stays the same.
        """
        if name not in self.beside or self.shown.read.get(name) != (read, on):
            return read
        return self.beside[name]


def _plain(value: Any) -> str:
    return str(value).replace("\x00", " ").replace("\r", " ").replace("\n", " ")
