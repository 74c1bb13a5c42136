"""What business time cannot answer. Every error's text is a sentence to show."""

from datetime import date, datetime


class BusinessTimeError(ValueError):
    """Something that business time cannot answer."""


class DurationError(BusinessTimeError):
    """A text or an amount that is no duration."""


class InvalidCalendar(BusinessTimeError):
    """Opening hours or closures that make no calendar."""


class UnknownZone(BusinessTimeError):
    """A name that is no IANA time zone."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__(f'"{zone[:60]}" is not a known time zone.')


class OutOfRange(BusinessTimeError):
    """The answer lies outside the years that can be told."""

    def __init__(self) -> None:
        super().__init__("That leads outside the years 1 to 9999.")


class ClosedDay(BusinessTimeError):
    """A date without open time was asked for its end; ``day`` is the date."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(f"{_told(day)} is closed: give a time, or another day.")


class NonexistentTime(BusinessTimeError):
    """A local time that the clocks skip; ``local`` is the naive time, ``zone`` its zone."""

    def __init__(self, local: datetime, *, zone: str) -> None:
        self.local = local
        self.zone = zone
        super().__init__(f"{local:%H:%M} on {_told(local)} does not exist in {zone}: the clocks skip it.")


class NeverOpen(BusinessTimeError):
    """No open minute within the horizon; ``day`` is the date from which none was met."""

    def __init__(self, day: date, *, direction: str) -> None:
        self.day = day
        super().__init__(f"The calendar has no open time within two years {direction} {_told(day)}.")


def _told(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
