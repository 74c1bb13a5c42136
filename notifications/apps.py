"""Names the app to Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """The app `notifications`."""

    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
