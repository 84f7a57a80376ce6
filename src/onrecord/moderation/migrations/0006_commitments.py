# SPDX-License-Identifier: Apache-2.0
"""What the log holds of each decision. Frozen forms are written once; commitments are kept, and logged once."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COMMITTED = (
    'OLD."digest" <> NEW."digest" OR OLD."decision_id" <> NEW."decision_id" OR (OLD."document_id" IS NOT NULL'
    ' AND (NEW."document_id" IS NULL OR OLD."document_id" <> NEW."document_id"))'
)
RULES = (
    (
        "frozen_stays",
        "reasons",
        "UPDATE",
        'OLD."frozen" IS NOT NULL AND (NEW."frozen" IS NULL OR OLD."frozen" <> NEW."frozen")',
    ),
    (
        "commitment_stays",
        "commitment",
        "UPDATE",
        COMMITTED,
    ),
    ("commitment_is_kept", "commitment", "DELETE", "1 = 1"),
)


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, table, moment, condition in RULES:
        trigger, message = f"moderation_{name}", f"what the log commits to is never changed: {name}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" WHEN {condition} '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        row = "NEW" if moment == "UPDATE" else "OLD"
        schema_editor.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {row}; END $$"
        )
        schema_editor.execute(
            f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
        )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, table, _moment, _condition in RULES:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER moderation_{name}")
            continue
        schema_editor.execute(f'DROP TRIGGER moderation_{name} ON "moderation_{table}"')
        schema_editor.execute(f"DROP FUNCTION moderation_{name}()")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0005_queues_and_forgetting"), ("record", "0010_documents_by_kind")]
    operations = [
        migrations.AddField(
            model_name="reasons",
            name="frozen",
            field=models.BinaryField(
                help_text="The decision as the log commits to it, canonical.", null=True
            ),
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitment",
                        to="moderation.decision",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        help_text="The edition that lists it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="record.document",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("document__isnull", True)),
                        fields=["id"],
                        name="moderation_commitment_waits",
                    )
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]
