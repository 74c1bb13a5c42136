"""Indexes that hold only what somebody has to do something about, however much has ended."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the indexes."""

    dependencies = [
        ("commitments", "0016_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("status", "open"), ("customer_waiting_since__isnull", False), _connector="OR"),
                fields=["team"],
                name="commitment_somebody_team",
            ),
        ),
        migrations.AddIndex(
            model_name="commitment",
            index=models.Index(
                condition=models.Q(("status", "open"), ("customer_waiting_since__isnull", False), _connector="OR"),
                fields=["owner"],
                name="commitment_somebody_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["trigger"], name="escalation_open"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("state__in", ["offered", "lapsed"])), fields=["commitment"], name="handoff_standing"
            ),
        ),
        migrations.AddIndex(
            model_name="handoff",
            index=models.Index(
                condition=models.Q(("state", "declined")), fields=["answered_at"], name="handoff_declined"
            ),
        ),
    ]
