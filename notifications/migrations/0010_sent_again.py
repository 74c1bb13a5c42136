from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0009_lost_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="is_again",
            field=models.BooleanField(
                default=False, help_text="What had gone to an old address, for the new one: it carries no word."
            ),
        ),
    ]
