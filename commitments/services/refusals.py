"""Why a service would not do what it was asked: one sentence for the person, and the field it is about."""

from django.utils.translation import gettext

from commitments.models import Commitment


class Refused(Exception):
    """What was asked cannot be done. Nothing has been stored."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else has acted on the promise since it was read; `commitment` is as it stands now."""

    def __init__(self, commitment: Commitment) -> None:
        super().__init__(
            gettext("Somebody has changed this promise since you opened it. Look at what they did, then try again.")
        )
        self.commitment = commitment


class Ended(Refused):
    """The promise has ended, so there is nothing left to do about it."""

    def __init__(self, commitment: Commitment) -> None:
        super().__init__(
            gettext("The promise %(reference)s has already ended (%(status)s).")
            % {"reference": commitment.reference, "status": commitment.get_status_display().lower()}
        )
        self.commitment = commitment
