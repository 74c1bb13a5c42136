"""Model fields for values of the pure domain: durations and lists of durations.

A duration is stored in its short text form (see `Duration.parse`), so that a policy reads the same in the
database, in the admin and in the documentation.
"""

from typing import TYPE_CHECKING, Any

from django.core import exceptions
from django.db import models

from commitments.domain.business_time import Duration, DurationError

if TYPE_CHECKING:
    # The stubs let a subclass narrow a field's types but not change them from text to something else.
    TextField = models.CharField[Any, Any]
else:
    TextField = models.CharField


class DurationField(TextField):
    """A `Duration` such as ``4bh`` (business hours), ``1bd`` (business days) or ``90min`` (elapsed)."""

    description = "A duration in business hours, business days or elapsed time"
    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 20
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Show migrations the plain text column that it is, so that they import nothing of ours."""
        name, _, args, kwargs = super().deconstruct()
        if kwargs.get("default") is not None:
            kwargs["default"] = str(kwargs["default"])
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> Duration | None:
        """Read the stored text."""
        return Duration.parse(value) if value else None

    def to_python(self, value: Any) -> Duration | None:
        """Read what a form or a fixture gives; raise ValidationError with the domain's sentence."""
        if value is None or value == "" or isinstance(value, Duration):
            return value or None
        try:
            return Duration.parse(str(value))
        except DurationError as error:
            raise exceptions.ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> str | None:
        """Write the short text form; nothing is NULL."""
        parsed = self.to_python(value)
        return None if parsed is None else str(parsed)

    def run_validators(self, value: Any) -> None:
        """Measure the text that is stored."""
        super().run_validators(self.get_prep_value(value))

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise for fixtures."""
        return str(self.value_from_object(obj) or "")


class DurationListField(TextField):
    """Durations in their short text form, separated by commas; a tuple in Python."""

    description = "A list of durations"
    if TYPE_CHECKING:
        _pyi_private_set_type: Any
        _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 200
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Show migrations a plain text column, as above."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def from_db_value(self, value: str | None, *_: Any) -> tuple[Duration, ...]:
        """Read the stored text."""
        return self.to_python(value)

    def to_python(self, value: Any) -> tuple[Duration, ...]:
        """Read text or a sequence of durations; raise ValidationError with the domain's sentence."""
        if value is None:
            return ()
        if isinstance(value, str):
            try:
                return tuple(Duration.parse(part.strip()) for part in value.split(",") if part.strip())
            except DurationError as error:
                raise exceptions.ValidationError(str(error)) from error
        return tuple(value)

    def get_prep_value(self, value: Any) -> str:
        """Write the short text forms."""
        return ",".join(str(duration) for duration in self.to_python(value))

    def run_validators(self, value: Any) -> None:
        """Measure the text that is stored."""
        super().run_validators(self.get_prep_value(value))

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise for fixtures."""
        return self.get_prep_value(self.value_from_object(obj))
