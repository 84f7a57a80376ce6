# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change what was judged, by which rules, and what came of it.

It also refuses an end for good without a second signature, whoever signed as reviewer of it, and any change of what
the log commits to.
"""

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
FROZEN_FORM = 'OLD."frozen" IS NOT NULL AND (NEW."frozen" IS NULL OR OLD."frozen" <> NEW."frozen")'
COMMITTED = (
    'OLD."digest" <> NEW."digest" OR OLD."decision_id" <> NEW."decision_id" OR (OLD."document_id" IS NOT NULL'
    ' AND (NEW."document_id" IS NULL OR OLD."document_id" <> NEW."document_id"))'
)
UNSIGNED = (
    'NEW."kind" = \'terminate\' AND (NEW."until" IS NOT NULL OR EXISTS (SELECT 1 FROM'
    ' "moderation_decision" d WHERE d.id = NEW."decision_id" AND d.second_id IS NULL))'
)
SIGNED_BY_REVIEWER = (
    'NEW."reviewer_id" IS NOT NULL AND EXISTS (SELECT 1 FROM "moderation_decision" d'
    ' WHERE d.id = NEW."decision_id" AND d.second_id = NEW."reviewer_id")'
)


def _rules(vendor: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield name, table, moment, condition and message of each trigger."""
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    judged = "what was judged is never changed: {}"
    for table in NEVER:
        yield f"{table}_stays", table, "UPDATE", "1 = 1", judged
    for table, columns in FROZEN.items():
        changed = " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)
        yield f"{table}_stays", table, "UPDATE", changed, judged
    for table in (*NEVER, *KEPT):
        yield f"{table}_is_kept", table, "DELETE", "1 = 1", judged
    redress = "reasons are kept while an appeal is possible"
    yield "reasons_are_kept", "reasons", "DELETE", f"EXISTS ({REDRESS})", redress
    committed = "what the log commits to is never changed: {}"
    yield "frozen_stays", "reasons", "UPDATE", FROZEN_FORM, committed
    yield "commitment_stays", "commitment", "UPDATE", COMMITTED, committed
    yield "commitment_is_kept", "commitment", "DELETE", "1 = 1", committed
    refused = "refused: moderation_{}"
    yield "end_is_signed_twice_insert", "effect", "INSERT", UNSIGNED, refused
    yield "signer_hears_no_appeal_insert", "appeal", "INSERT", SIGNED_BY_REVIEWER, refused
    yield "signer_hears_no_appeal_update", "appeal", "UPDATE", SIGNED_BY_REVIEWER, refused


def guard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for name, table, moment, condition, message in _rules(vendor):
        trigger, said = f"moderation_{name}", message.format(name)
        if vendor == "sqlite":
            schema_editor.execute(
                f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" WHEN {condition} '
                f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
            )
            continue
        row = "OLD" if moment == "DELETE" else "NEW"
        schema_editor.execute(
            f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{said}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {row}; END $$"
        )
        schema_editor.execute(
            f'CREATE TRIGGER {trigger} BEFORE {moment} ON "moderation_{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
        )


def unguard(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for name, table, _moment, _condition, _message in _rules(vendor):
        if vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER moderation_{name}")
            continue
        schema_editor.execute(f'DROP TRIGGER moderation_{name} ON "moderation_{table}"')
        schema_editor.execute(f"DROP FUNCTION moderation_{name}()")


class Migration(migrations.Migration):
    replaces = [("moderation", "0002_judgements_stay"), ("moderation", "0012_second_signatures_count")]
    dependencies = [("moderation", "0001_tables")]
    operations = [migrations.RunPython(guard, unguard)]
