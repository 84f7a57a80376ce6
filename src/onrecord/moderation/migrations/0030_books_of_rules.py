# SPDX-License-Identifier: Apache-2.0
"""There may be several books of rules, each with versions of its own."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_TRIGGERS = {
    "rulebook_stays": "UPDATE",
    "rulebook_is_kept": "DELETE",
}


def guard_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table anew, and with the old one its triggers go."""
    if schema_editor.connection.vendor != "sqlite":
        return
    for name, moment in _TRIGGERS.items():
        schema_editor.execute(
            f'CREATE TRIGGER IF NOT EXISTS moderation_{name} BEFORE {moment} ON "moderation_rulebook" WHEN 1 = 1 '
            f"BEGIN SELECT RAISE(ABORT, 'what was judged is never changed: {name}'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_where_things_came_from")]

    operations = [
        migrations.AddField(
            model_name="rulebook",
            name="code",
            field=models.CharField(
                default="", help_text="Which book; empty: for what readers write.", max_length=20
            ),
        ),
        migrations.AddField(
            model_name="ruledraft",
            name="code",
            field=models.CharField(
                default="", help_text="Which book; empty: for what readers write.", max_length=20, unique=True
            ),
        ),
        migrations.AlterField(model_name="rulebook", name="version", field=models.PositiveIntegerField()),
        migrations.AddConstraint(
            model_name="rulebook",
            constraint=models.UniqueConstraint(
                fields=("code", "version"), name="moderation_rules_version_once"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["owner", "item_kind", "deadline", "-score", "id"], name="moderation_queue_kind"
            ),
        ),
        migrations.RunPython(guard_again, migrations.RunPython.noop),
    ]
