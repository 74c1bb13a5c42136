"""The indexes of mails that wait go by a condition without a value: SQLite uses no other partial index."""

from django.db import migrations, models

WAITS = models.Q(("finished_at__isnull", True))
REPLACED = (
    models.Index(condition=WAITS, fields=["allowed_from"], name="notification_unfinished"),
    models.Index(condition=WAITS, fields=["commitment", "event"], name="notification_thread"),
    models.Index(condition=WAITS, fields=["hold"], name="notification_waiting"),
    models.Index(fields=["provider_id"], name="notification_provider"),
    models.Index(
        condition=models.Q(("finished_at__isnull", True), ("gathered_in__isnull", True), ("recipient__isnull", False)),
        fields=["recipient", "allowed_from"],
        name="notification_to_gather",
    ),
)


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0011_inbound"),
    ]

    operations = [
        *(migrations.RemoveIndex(model_name="notification", name=index.name) for index in REPLACED),
        *(migrations.AddIndex(model_name="notification", index=index) for index in REPLACED),
    ]
