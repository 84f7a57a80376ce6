# SPDX-License-Identifier: Apache-2.0
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_roles")]

    operations = [
        migrations.RenameField("user", "date_joined", "joined_at"),
        migrations.AddField(
            model_name="organisation",
            name="log_name",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="setuplink",
            name="draft",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="setuplink",
            name="logo",
            field=models.ImageField(
                blank=True,
                upload_to="organisation/",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="about",
            field=models.TextField(blank=True, max_length=5000, verbose_name="about the organisation"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="accent",
            field=models.CharField(
                default="#8a1538",
                max_length=7,
                verbose_name="accent colour",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="address",
            field=models.CharField(
                max_length=200,
                verbose_name="address of the site",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="languages",
            field=models.JSONField(
                default=list,
                verbose_name="languages",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="logo",
            field=models.ImageField(
                blank=True,
                upload_to="organisation/",
                verbose_name="logo",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="time_zone",
            field=models.CharField(
                max_length=64,
                verbose_name="time zone",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="joined_at",
            field=models.DateTimeField(
                blank=True, default=django.utils.timezone.now, null=True, verbose_name="joined"
            ),
        ),
    ]
