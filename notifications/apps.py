"""Names the app to Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app `notifications`."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what the mail providers report."""
        from notifications import receivers

        receivers.connect()
