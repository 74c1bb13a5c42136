"""`manage.py demo`: lifelike data for trying out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments import clock
from notifications.services.demonstration import NotEmpty, make_demonstration


class Command(BaseCommand):
    """Fill an empty installation with three teams and two hundred promises, and print the sign-ins."""

    help = "Fill an empty installation with demonstration data, and print the sign-ins."

    def handle(self, *_: Any, **__: Any) -> None:
        """Make the demonstration."""
        try:
            sign_ins = make_demonstration(now=clock.now())
        except NotEmpty as error:
            raise CommandError(
                "There are users or promises already; demonstration data goes only into an empty installation."
            ) from error
        for sign_in in sign_ins:
            self.stdout.write(f"{sign_in.username} / {sign_in.password}  ({sign_in.who})")
