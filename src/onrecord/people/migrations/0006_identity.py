# SPDX-License-Identifier: Apache-2.0

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_links_from_the_operator"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="data_training",
            field=models.CharField(blank=True, max_length=3, verbose_name="training of machines"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="domains",
            field=models.JSONField(blank=True, default=list, verbose_name="known domains"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="identifiers",
            field=models.JSONField(blank=True, default=list, verbose_name="numbers in public registers"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="relations",
            field=models.JSONField(blank=True, default=list, verbose_name="relations"),
        ),
        migrations.AddField(
            model_name="organisation",
            name="security_contact",
            field=models.CharField(blank=True, max_length=500, verbose_name="security contact"),
        ),
    ]
