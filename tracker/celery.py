"""The worker's application: `celery -A tracker worker` and `celery -A tracker beat`."""

import os
from typing import Any

from celery import Celery
from celery.beat import Scheduler
from celery.signals import setup_logging
from django.conf import settings

from tracker import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Beat(Scheduler):
    """Keeps the schedule in memory: it stands in the settings, and a file would be one more thing to break."""

    def setup_schedule(self) -> None:
        """Take the schedule from the settings."""
        self.merge_inplace(self.app.conf.beat_schedule)
        self.install_default_entries(self.data)


@setup_logging.connect(dispatch_uid="tracker.celery")
def log_like_django(**_: Any) -> None:
    """Log as the web process does; a receiver keeps Celery from setting up its own."""
    logs.apply(settings.LOGGING)
