from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0012_self_tests"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="asks_about_lost_mail",
            field=models.BooleanField(
                default=False,
                help_text="When nobody can tell whether a customer’s mail went; otherwise it is sent once more, seen as one.",
                verbose_name="ask a person about lost mail",
            ),
        ),
    ]
