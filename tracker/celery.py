"""The worker's application: `celery -A tracker worker` and `celery -A tracker beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

from tracker import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

app = Celery("tracker", amqp="tracker.broker:PatientAMQP")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# For the threads of the web server and of the doorbell, too.
app.set_default()


@setup_logging.connect(dispatch_uid="tracker.celery")
def log_like_django(**_: Any) -> None:
    """Log as the web process does; that there is a receiver keeps Celery from setting up its own."""
    logs.apply(settings.LOGGING)
