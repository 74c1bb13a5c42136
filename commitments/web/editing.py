"""Forms that change what others may be changing at the same time: nobody's change is lost, nor what was typed.

Such a form carries the version of what it shows, and each field as it was read. When somebody else has been quicker,
what only they changed is taken over, and what only the reader typed stays typed.
"""

from dataclasses import dataclass
from typing import Any, Self

from django import forms

from commitments.services.refusals import Refused
from commitments.web.fields import PageForm


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One field that somebody else has changed: what it was, what it is, and whether what was typed differs too."""

    label: str
    was: str
    now: str
    is_typed_over: bool


class EditForm(PageForm):
    """The form of a row that carries a version."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meanwhile: list[Meanwhile] = []
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version"

    def as_read(self, name: str) -> str:
        """Give a field as it was when the form was drawn."""
        return _plain(self.data.get(self.add_initial_prefix(name)))

    def after(self, refused: Refused, known: dict[str, Any]) -> Self:
        """Give the form to show when somebody else was quicker; `known` is how things stand now."""
        posted: Any = self.data
        data = posted.copy()
        found = []
        for name, field in self.fields.items():
            if name == "version":
                continue
            typed, read, now = _plain(posted.get(self.add_prefix(name))), self.as_read(name), _plain(known[name])
            if now != read:
                found.append(Meanwhile(str(field.label), read, now, is_typed_over=typed not in {read, now}))
                if typed == read:
                    data[self.add_prefix(name)] = now
            data[self.add_initial_prefix(name)] = now
        data[self.add_prefix("version")] = str(known["version"])
        form = self.with_data(data)
        form.full_clean()
        form.meanwhile = found
        form.add_error(None, refused.message)
        return form

    def with_data(self, data: Any) -> Self:
        """Give the same form with other data."""
        raise NotImplementedError


def _plain(value: Any) -> str:
    """Give a value as it is compared: browsers send other line ends than are stored."""
    return str(value or "").replace("\r\n", "\n").strip()
