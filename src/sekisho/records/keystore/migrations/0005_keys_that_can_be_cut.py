from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keystore", "0004_tombstones"),
    ]

    operations = [
        migrations.AddField(
            model_name="conversationkey",
            name="format",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="conversationkey",
            name="format",
            field=models.PositiveSmallIntegerField(default=2),
        ),
    ]
