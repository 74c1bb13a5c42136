"""Who is away, and who acts for whom at an instant.

Pure: absences go in, a person's id comes out. An acting owner who is away as well is stood in for by their own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Away:
    """One absence, from an instant up to another; `cover` stands in, where somebody does."""

    user: int
    from_at: datetime
    until_at: datetime
    cover: int | None = None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether the person is away at `at`; at its end they are back."""
        return self.from_at <= at < self.until_at


@dataclass(frozen=True, slots=True)
class Absences:
    """The absences of some people by their ids, and who of them has left for good."""

    by_user: Mapping[int, Sequence[Away]] = field(default_factory=dict)
    left: Collection[int] = frozenset()

    def of(self, user: int, *, at: datetime) -> Away | None:
        """Give the absence that holds for somebody at `at`."""
        return next((away for away in self.by_user.get(user, ()) if away.holds_at(at)), None)

    def is_there(self, user: int, *, at: datetime) -> bool:
        """Tell whether somebody can be asked at `at`."""
        return user not in self.left and self.of(user, at=at) is None

    def acting(self, owner: int, *, at: datetime) -> int:
        """Give who acts for an owner at `at`: themselves, or the first in the line of those who stand in and is there.

        Where nobody in that line is there, the owner still answers for it.
        """
        asked = [owner]
        while not self.is_there(asked[-1], at=at):
            away = self.of(asked[-1], at=at)
            if away is None or away.cover is None or away.cover in asked:
                return owner
            asked.append(away.cover)
        return asked[-1]
