# SPDX-License-Identifier: Apache-2.0
"""What came from other servers is a lane of its own in the queue."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRIGGER = "moderation_reasons_are_kept"
REDRESS = (
    'SELECT 1 FROM "moderation_decision" d JOIN "moderation_case" c ON c.id = d.case_id '
    "WHERE d.id = OLD.decision_id AND c.state <> 'final'"
)


def lift(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """SQLite makes the table of cases anew, and a trigger must not name it meanwhile."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {TRIGGER}")


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Let the database refuse again to lose reasons while an appeal is possible."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f'CREATE TRIGGER {TRIGGER} BEFORE DELETE ON "moderation_reasons" WHEN EXISTS ({REDRESS}) '
            "BEGIN SELECT RAISE(ABORT, 'reasons are kept while an appeal is possible'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0013_samples_are_examined_again")]
    operations = [
        migrations.RunPython(lift, guard),
        migrations.AddField(
            model_name="case",
            name="elsewhere",
            field=models.BooleanField(default=False, help_text="It came from another server."),
        ),
        migrations.AddField(
            model_name="case",
            name="origin",
            field=models.CharField(blank=True, help_text="Its host, if so.", max_length=255),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["owner", "elsewhere", "deadline", "-score", "id"], name="moderation_queue_elsewhere"
            ),
        ),
        migrations.RunPython(guard, lift),
    ]
