"""The addresses of an installation with ANYMAIL_WEBHOOK_SECRET."""

from tracker.urls import PAGES, PROVIDER

urlpatterns = [*PAGES, PROVIDER]
