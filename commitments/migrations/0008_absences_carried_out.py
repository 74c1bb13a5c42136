"""Absences say when their beginning and their end were carried out."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0007_ladders_for_every_cause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="absence",
            name="begun_at",
            field=models.DateTimeField(blank=True, help_text="When its beginning was carried out.", null=True),
        ),
        migrations.AddField(
            model_name="absence",
            name="over_at",
            field=models.DateTimeField(blank=True, help_text="When its end was carried out.", null=True),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(condition=models.Q(("over_at__isnull", True)), fields=["cover"], name="absence_cover"),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(
                condition=models.Q(("begun_at__isnull", True)), fields=["from_at"], name="absence_to_begin"
            ),
        ),
        migrations.AddIndex(
            model_name="absence",
            index=models.Index(
                condition=models.Q(("over_at__isnull", True)), fields=["until_at"], name="absence_to_end"
            ),
        ),
    ]
