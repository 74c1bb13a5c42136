"""Names the app to Django."""

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """The app `commitments`."""

    name = "commitments"
    default_auto_field = "django.db.models.BigAutoField"
