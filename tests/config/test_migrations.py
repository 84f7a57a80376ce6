# SPDX-License-Identifier: Apache-2.0
"""A database that was made by single migrations, before they became one for each app, goes on as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from onrecord.config import checks, prepare
from onrecord.tables import CreateTables
from tests.config.newsrooms import newsroom

Names = set[tuple[str, str]]
LACKS = "The database was made by an earlier program and lacks its migration statements.0008_seals_stay."


def ours() -> tuple[Names, Names]:
    """Return the names of the migrations of ours that replace others, and of those that they replace."""
    loader = MigrationLoader(None)
    labels = {config.label for config in apps.get_app_configs() if config.name.startswith("onrecord.")}
    replaced = {
        key: set(migration.replaces)
        for key, migration in loader.disk_migrations.items()
        if key[0] in labels and migration.replaces
    }
    return set(replaced), set().union(*replaced.values())


def made_by_single_migrations(*lacking: tuple[str, str]) -> None:
    new, _old = ours()
    for app, name in (*new, *lacking):
        MigrationRecorder(connection).record_unapplied(app, name)


def plan() -> list[object]:
    executor = MigrationExecutor(connection)
    executor.loader.check_consistent_history(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def test_a_database_made_by_single_migrations_has_nothing_to_do(db: None) -> None:
    new, old = ours()
    assert len(old) == 84
    assert not new & old
    made_by_single_migrations()
    assert plan() == []
    assert prepare.left_between() == ""


def test_a_new_database_that_was_interrupted_goes_on(db: None) -> None:
    loader = MigrationLoader(None)
    for key in (("moderation", "0001_tables"), ("moderation", "0002_guards")):
        made_by_single_migrations(*loader.disk_migrations[key].replaces)
    assert prepare.left_between() == ""


def test_a_database_left_between_single_migrations_is_an_error_with_its_remedy(db: None) -> None:
    made_by_single_migrations(("statements", "0008_seals_stay"))
    found = checks.database()
    assert [message.id for message in found] == ["onrecord.E005"]
    assert found[0].msg == LACKS
    assert "git checkout" in (found[0].hint or "")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_start_refuses_a_database_left_between_single_migrations(tmp_path: Path) -> None:
    lacking = ("statements", "0008_seals_stay")
    try:
        with newsroom(tmp_path, lambda: made_by_single_migrations(lacking)) as made:
            (made.home / "prepared").unlink()
            refused = made.run("start")
    finally:
        for app, name in (*ours()[0], lacking):
            MigrationRecorder(connection).record_applied(app, name)
    assert refused.returncode == 1
    assert f"{LACKS} {prepare.WAY_ON}" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr


@pytest.mark.django_db(transaction=True)
def test_tables_that_point_at_each_other_are_made_and_removed_together() -> None:
    def model(name: str, other: str) -> CreateModel:
        key = ("other", models.ForeignKey(other, models.CASCADE, related_name="+"))
        return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), key])

    operation = CreateTables(models=[model("Hen", "config.Egg"), model("Egg", "config.Hen")])
    before, after = ProjectState(), ProjectState()
    assert before.apps.all_models["config"] == {}
    operation.state_forwards("config", after)
    made = {"config_hen", "config_egg"}
    with connection.schema_editor() as editor:
        operation.database_forwards("config", editor, before, after)
    assert made <= set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        operation.database_backwards("config", editor, after, before)
    assert not made & set(connection.introspection.table_names())
    assert operation.describe() == "Create the tables of 2 models"
