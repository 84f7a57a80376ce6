# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change what was judged, by which rules, and what came of it."""

from collections.abc import Iterator

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER = ("rulebook", "rule", "ruletext", "decision", "remark")
"""Neither changed nor deleted."""
FROZEN = {
    "effect": (
        "decision_id",
        "number",
        "kind",
        "item_kind",
        "item_key",
        "person",
        "before_hash",
        "applied_at",
    ),
    "reasons": ("decision_id", "salt", "facts", "explanation", "reporter_reason", "item_text", "item_html"),
    "appeal": ("decision_id", "case_id", "notice_id", "party", "decider_id", "submitted_at"),
    "notice": ("decision_id", "party", "report_id", "created_at"),
}
"""Of these, what may not be changed."""
KEPT = ("effect", "appeal", "notice", "report")
"""These are not deleted either."""
REDRESS = (
    'SELECT 1 FROM "moderation_decision" d JOIN "moderation_case" c ON c.id = d.case_id '
    "WHERE d.id = OLD.decision_id AND c.state <> 'final'"
)


def _rules(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, table, moment and condition of each trigger."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    for table in NEVER:
        yield f"{table}_stays", table, "UPDATE", "1 = 1"
    for table, columns in FROZEN.items():
        changed = " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)
        yield f"{table}_stays", table, "UPDATE", changed
    for table in (*NEVER, *KEPT):
        yield f"{table}_is_kept", table, "DELETE", "1 = 1"
    yield "reasons_are_kept", "reasons", "DELETE", f"EXISTS ({REDRESS})"


def _message(name: str) -> str:
    if name == "reasons_are_kept":
        return "reasons are kept while an appeal is possible"
    return f"what was judged is never changed: {name}"


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for name, table, moment, condition in _rules(vendor):
        trigger, message = f"moderation_{name}", _message(name)
        if vendor == "sqlite":
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
    vendor = schema_editor.connection.vendor
    for name, table, _moment, _condition in _rules(vendor):
        if vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER moderation_{name}")
            continue
        schema_editor.execute(f'DROP TRIGGER moderation_{name} ON "moderation_{table}"')
        schema_editor.execute(f"DROP FUNCTION moderation_{name}()")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
