# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from django.core.checks import CheckMessage
from django.db import DatabaseError
from django.db.migrations.executor import MigrationExecutor
from pytest_django.fixtures import Settings

from onrecord import wiring
from onrecord.bakery.actions import bake_all
from onrecord.config import checks, site_checks
from onrecord.config.cli import main
from onrecord.delivery import routes
from onrecord.delivery.inbound.models import Return
from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.models import Organisation, User
from tests.statements.drafts import released


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def test_a_good_directory_is_not_complained_about(home: Path) -> None:
    assert checks.data_directory() == []


def test_a_full_disk_is_an_error(home: Path) -> None:
    (home / ".probe").symlink_to("/dev/full")
    assert ids(checks.data_directory()) == ["onrecord.E001"]


def test_little_room_is_a_warning(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "FREE_BYTES_WISHED", 2**62)
    assert ids(checks.data_directory()) == ["onrecord.W002"]


def test_a_key_that_others_can_read_is_an_error_with_its_remedy(home: Path) -> None:
    (home / "secret_key").write_text("x")
    (home / "secret_key").chmod(0o644)
    (home / "keys").mkdir(mode=0o755)
    found = checks.private_files()
    assert ids(found) == ["onrecord.E003", "onrecord.E003"]
    assert [message.hint for message in found] == [f"chmod 600 {home}/secret_key", f"chmod 700 {home}/keys"]


def test_a_database_that_does_not_answer_is_an_error(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_connection: object) -> None:
        raise DatabaseError("connection refused")

    monkeypatch.setattr(checks, "MigrationExecutor", refuse)
    found = checks.database()
    assert ids(found) == ["onrecord.E004"]
    assert found[0].msg == "The database does not answer: connection refused"


def test_missing_migrations_are_an_error(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.database() == []
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda _self, _leaves: [object()])
    found = checks.database()
    assert ids(found) == ["onrecord.E005"]
    assert found[0].msg == "The database has not got the tables of this version: 1 changes are missing."


def test_a_newsroom_that_is_not_set_up_is_a_warning(db: None, home: Path) -> None:
    assert ids(checks.organisation()) == ["onrecord.W006"]


def test_an_address_without_https_and_a_site_that_is_not_baked_are_told(
    organisation: Organisation, home: Path
) -> None:
    assert ids(checks.organisation()) == ["onrecord.E008"]
    Organisation.objects.update(address="http://news.elmford.example")
    assert ids(checks.organisation()) == ["onrecord.W007", "onrecord.E008"]
    (home / "site").mkdir()
    (home / "site" / "index.html").write_text("x")
    assert ids(checks.organisation()) == ["onrecord.W007"]


def test_a_site_that_lacks_files_or_was_baked_by_another_version_is_told(
    organisation: Organisation, home: Path
) -> None:
    site = home / "site"
    baked = bake_all(workers=0)
    assert baked.written
    assert [site_checks.missing_files(), site_checks.other_program()] == [[], []]
    (site / "about" / "index.html").unlink()
    found = site_checks.missing_files()
    assert ids(found) == ["onrecord.E013"]
    assert found[0].msg.startswith("Files of the site are missing (1), as /about/:")
    Organisation.objects.update(accent="#123456")
    assert ids(site_checks.other_program()) == ["onrecord.W014"]
    bake_all(workers=0)
    assert [site_checks.missing_files(), site_checks.other_program()] == [[], []]


def test_what_was_given_up_is_told_until_it_is_tried_again(organisation: Organisation) -> None:
    assert site_checks.left_undone() == []
    entry = Entry.objects.create(event="x", actor_name="", subject="statement/1", data={})
    Reaction.objects.create(
        entry_id=entry.pk, name="statements.bake", state=ReactionState.FAILED, last_error="OSError: disk"
    )
    found = site_checks.left_undone()
    assert ids(found) == ["onrecord.E015"]
    assert "statements.bake: OSError: disk" in found[0].msg
    reactions.retry_failed()
    assert site_checks.left_undone() == []


def test_an_edition_that_is_not_readable_and_a_clock_that_is_behind_are_told(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    assert [site_checks.waiting_editions(), site_checks.clock()] == [[], []]
    with time_machine.travel(edition.released_at + timedelta(minutes=6)):
        found = site_checks.waiting_editions()
        assert ids(found) == ["onrecord.W016"]
        assert "Water is safe to drink" in found[0].msg
    with time_machine.travel(edition.released_at - timedelta(minutes=6)):
        assert ids(site_checks.clock()) == ["onrecord.E017"]


def test_debug_is_a_warning(settings: Settings) -> None:
    assert checks.debug() == []
    settings.DEBUG = True
    assert ids(checks.debug()) == ["onrecord.W009"]


def test_a_broker_that_does_not_answer_is_an_error(settings: Settings, broker_cache: None) -> None:
    assert checks.broker() == []
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT, tasks="celery", broker_url="amqp://guest:guest@127.0.0.1:9/"
    )
    assert ids(checks.broker()) == ["onrecord.E010"]


@pytest.fixture
def broker_cache() -> Iterator[None]:
    from onrecord.config.celery_backend import application

    application.cache_clear()
    yield
    application.cache_clear()


def test_two_plugins_of_one_name_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.plugins() == []
    monkeypatch.setattr(wiring, "plugins", lambda: (wiring.CORE, wiring.CORE))
    assert ids(checks.plugins()) == ["onrecord.E011"]


def test_the_command_says_what_is_wrong_how_to_mend_it_and_fails(
    organisation: Organisation, home: Path
) -> None:
    result = CliRunner().invoke(main, ["check"])
    assert result.exit_code == 1
    assert (
        "error onrecord.E008: The public site has not been baked.\n    Run `onrecord bake`.\n"
        in result.output
    )
    result = CliRunner().invoke(main, ["check", "--json"])
    assert result.exit_code == 1
    assert {"id": "onrecord.E008", "level": "error", "message": "The public site has not been baked.",
            "mend": "Run `onrecord bake`."} in json.loads(result.output)  # fmt: skip


def test_mail_that_nobody_reads_when_it_comes_back_is_told(db: None, settings: Settings) -> None:
    assert checks.returned_mail() == []
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="smtp://localhost?tls=none")
    assert ids(checks.returned_mail()) == ["delivery.W002"]
    Return.objects.create(digest="0" * 64, door="pipe", kind="hard")
    assert checks.returned_mail() == []


def test_a_mailbox_that_cannot_be_read_is_told(db: None, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(
        settings.ENVIRONMENT,
        mail_url="smtp://localhost?tls=none",
        mail_inbox="imaps://news:secret@imap.elmford.example/",
    )
    assert checks.returned_mail() == []
    for _ in range(2):
        routes.failed(routes.MAILBOX, {"imap.elmford.example:993": "The mailbox cannot be read: gone"})
    [told] = checks.returned_mail()
    assert told.id == "delivery.W001"
    assert str(told.msg).startswith("The mailbox cannot be read: gone So it has been since ")


def test_a_press_mailbox_that_nobody_reads_or_answers_is_told(db: None, settings: Settings) -> None:
    assert checks.press_mailbox() == []
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, press_mailbox="press@elmford.example")
    assert ids(checks.press_mailbox()) == ["press.W001", "press.W002"]
    inbox = "imaps://news:secret@imap.elmford.example/"
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_inbox=inbox)
    assert ids(checks.press_mailbox()) == ["press.W002"]
    for _ in range(2):
        routes.failed(routes.MAILBOX, {"imap.elmford.example:993": "The mailbox cannot be read: gone"})
    assert ids(checks.press_mailbox()) == ["press.W002", "delivery.W001"]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="smtp://localhost?tls=none")
    assert checks.press_mailbox() == [], "what comes back cannot be read either, which is told once"


def test_a_mail_service_that_lacks_something_is_told(settings: Settings) -> None:
    pytest.importorskip("anymail", reason="django-anymail is an extra")
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_url="anymail+postmark://?server_token=x")
    settings.ANYMAIL = {}
    assert ids(checks.mail_service()) == ["delivery.E003"]
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "x"}
    assert ids(checks.mail_service()) == ["delivery.W004"]
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, mail_webhook_secret=f"reports:{'x' * 20}")
    assert checks.mail_service() == []
