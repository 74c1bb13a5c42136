"""The composition root: settings, the worker's application, URLs and the one-command supervisor.

No behaviour of promises or mail lives here; both apps are put together, and neither imports this package.
"""

from tracker.celery import app as celery_app

__all__ = ["celery_app"]
