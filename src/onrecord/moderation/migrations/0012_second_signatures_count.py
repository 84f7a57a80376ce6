# SPDX-License-Identifier: Apache-2.0
"""The database refuses an end for good without a second signature, and whoever signed as reviewer of it."""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

UNSIGNED = (
    'NEW."kind" = \'terminate\' AND (NEW."until" IS NOT NULL OR EXISTS (SELECT 1 FROM'
    ' "moderation_decision" d WHERE d.id = NEW."decision_id" AND d.second_id IS NULL))'
)
SIGNED_BY_REVIEWER = (
    'NEW."reviewer_id" IS NOT NULL AND EXISTS (SELECT 1 FROM "moderation_decision" d'
    ' WHERE d.id = NEW."decision_id" AND d.second_id = NEW."reviewer_id")'
)
RULES = (
    ("end_is_signed_twice", "effect", ("INSERT",), UNSIGNED),
    ("signer_hears_no_appeal", "appeal", ("INSERT", "UPDATE"), SIGNED_BY_REVIEWER),
)


def _triggers() -> Iterator[tuple[str, str, str, str]]:
    for name, table, moments, condition in RULES:
        for moment in moments:
            yield f"moderation_{name}_{moment.lower()}", table, moment, condition


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for trigger, table, moment, condition in _triggers():
        message = f"refused: {trigger}"
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" WHEN {condition} '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN NEW; END $$"
        )
        schema_editor.execute(
            f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
        )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for trigger, table, _moment, _condition in _triggers():
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {trigger}")
            continue
        schema_editor.execute(f'DROP TRIGGER {trigger} ON "moderation_{table}"')
        schema_editor.execute(f"DROP FUNCTION {trigger}()")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0011_ends_are_signed_twice")]
    operations = [migrations.RunPython(guard, unguard)]
