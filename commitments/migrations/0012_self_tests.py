"""Leaders who are customers under an alias, and what was promised to them once that is known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0011_addresses_in_any_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="revealed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="It proved to be a leader's self-test and counts no more.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="revealed_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="They proved to be a leader's alias.", null=True
            ),
        ),
        migrations.CreateModel(
            name="SelfTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("note", models.TextField(blank=True, help_text="What its leader wants to find out.")),
                ("started_at", models.DateTimeField()),
                ("revealed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="self_test",
                        to="commitments.customer",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
