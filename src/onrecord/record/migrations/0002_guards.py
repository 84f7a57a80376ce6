# SPDX-License-Identifier: Apache-2.0
"""The database itself refuses to change or forget what is in the log.

This stops mistakes of programs and people, not an intruder who may drop a trigger. Against him there are
the signed checkpoints that others hold.

Of an opening it allows two changes: sealed becomes open, and open or sealed becomes erased, which takes nonce and
path away for good. To a logged document root signatures may be added.
"""

from collections.abc import Callable, Iterator

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NO_CHANGE = "a leaf of the log is never changed or deleted: append another one"
NO_RETURN = "the head of the log moves only forwards, keeps its name, and is never deleted"
NO_WAY = "an opening only goes from sealed to open, or to erased without nonce and path; it is never deleted"
STAYS = "a logged document is never changed or deleted: log another one"
# A head without leaves may still be renamed. Signing the same tree again is allowed.
BACKWARDS = (
    "NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)"
    " OR (OLD.size > 0 AND NEW.origin <> OLD.origin)"
)
CHANGED = (
    "NEW.path <> OLD.path OR NEW.kind <> OLD.kind OR NEW.number <> OLD.number OR NEW.content <> OLD.content"
    " OR NEW.nonce <> OLD.nonce OR NEW.commitment <> OLD.commitment OR NEW.created <> OLD.created"
    " OR (OLD.leaf_index IS NOT NULL AND (NEW.leaf_index IS NULL OR NEW.leaf_index <> OLD.leaf_index))"
)


def _forbidden(same: Callable[[str], str]) -> str:
    opened = f"OLD.state = 'sealed' AND NEW.state = 'open' AND {same('nonce')} AND {same('edition_path')}"
    erased = (
        "OLD.state IN ('open', 'sealed') AND NEW.state = 'erased'"
        " AND NEW.nonce IS NULL AND NEW.edition_path IS NULL"
    )
    return f"NOT ({same('leaf_id')} AND {same('sealed_until')} AND (({opened}) OR ({erased})))"


SQLITE = _forbidden(lambda name: f"OLD.{name} IS NEW.{name}")
POSTGRESQL = _forbidden(lambda name: f"OLD.{name} IS NOT DISTINCT FROM NEW.{name}")


def _rules(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield table, moment, condition and message of each trigger."""
    for table, forbidden, message in (
        ("record_leaf", "", NO_CHANGE),
        ("record_loghead", BACKWARDS, NO_RETURN),
        ("record_opening", SQLITE if vendor == "sqlite" else POSTGRESQL, NO_WAY),
        ("record_document", CHANGED, STAYS),
    ):
        yield table, "UPDATE", forbidden, message
        yield table, "DELETE", "", message
        if vendor != "sqlite":
            yield table, "TRUNCATE", "", message


def guard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    if not sqlite:
        schema_editor.execute(
            "CREATE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$",
            params=None,  # so that the percent sign is not taken for a placeholder
        )
    for table, moment, condition, message in _rules(schema_editor.connection.vendor):
        each = "" if sqlite else f"FOR EACH {'STATEMENT' if moment == 'TRUNCATE' else 'ROW'} "
        refuse = (
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            if sqlite
            else f"EXECUTE FUNCTION record_refuse('{message}')"
        )
        when = (f"WHEN {condition} " if sqlite else f"WHEN ({condition}) ") if condition else ""
        schema_editor.execute(
            f'CREATE TRIGGER {table}_{moment.lower()} BEFORE {moment} ON "{table}" {each}{when}{refuse}'
        )


def unguard(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    sqlite = schema_editor.connection.vendor == "sqlite"
    for table, moment, _condition, _message in _rules(schema_editor.connection.vendor):
        on = "" if sqlite else f' ON "{table}"'
        schema_editor.execute(f"DROP TRIGGER {table}_{moment.lower()}{on}")
    if not sqlite:
        schema_editor.execute("DROP FUNCTION record_refuse()")


class Migration(migrations.Migration):
    replaces = [("record", "0002_append_only"), ("record", "0007_documents_stay")]
    dependencies = [("record", "0001_tables")]
    operations = [migrations.RunPython(guard, unguard)]
