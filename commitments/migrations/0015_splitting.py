"""Promises that were split off others."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0014_team_brand")]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="split_from",
            field=models.ForeignKey(
                blank=True,
                help_text="The promise of whose customer's messages one became this.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="split_into",
                to="commitments.commitment",
            ),
        ),
    ]
