"""Pictures that mails and the customer's page show: kept under a name that is made from what they hold."""

from django.conf import settings
from django.db import models


class Picture(models.Model):
    """A logo. It never changes and is never thrown away: mails that went long ago still show it."""

    digest = models.CharField(max_length=32, primary_key=True)
    media_type = models.CharField(max_length=16)
    contents = models.BinaryField()
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


def picture_url(digest: str | None) -> str:
    """Say where a picture is found, by anybody who has its address; empty for none."""
    return f"{settings.SITE_URL}/pictures/{digest}" if digest else ""
