from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_customers_of_mails"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_one_recipient",
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("customer__isnull", False), ("recipient__isnull", True), ("to_customer", True)),
                    models.Q(("customer__isnull", True), ("recipient__isnull", False), ("to_customer", False)),
                    _connector="OR",
                ),
                name="notification_one_recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("commitment__isnull", False),
                        ("event__isnull", False),
                        models.Q(("kind__in", ["gathered", "shift_list"]), _negated=True),
                    ),
                    models.Q(
                        ("commitment__isnull", True),
                        ("event__isnull", True),
                        ("kind__in", ["gathered", "shift_list"]),
                        ("to_customer", False),
                    ),
                    _connector="OR",
                ),
                name="notification_about_a_promise_or_a_list",
            ),
        ),
    ]
