# SPDX-License-Identifier: Apache-2.0
"""A lost database comes back from the public record, and the log goes on where it was."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from onrecord import wiring
from onrecord.bakery import actions as bakery
from onrecord.config.commands.log import command
from onrecord.federation import actors as federated
from onrecord.journal import reactions
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation, User
from onrecord.proof import register as registers
from onrecord.proof.keys import PrivateKey
from onrecord.proof.note import sign as sign_note
from onrecord.record import ceremony, checks, guard, high_water, rotation, sightings
from onrecord.record.errors import Forked, NotRecoverable
from onrecord.record.models import Document, LogHead
from onrecord.record.openings import account
from onrecord.statements import actions, events, search
from onrecord.statements.actions import restoring
from onrecord.statements.actions.recovery import recover
from onrecord.statements.desk import standstill
from onrecord.statements.errors import LogUnfit
from onrecord.statements.formats.edition import freeze_text, text_digest
from onrecord.statements.models import Edition, Publication, Seal, State, Statement
from tests.statements import newsroom
from tests.statements.drafts import approved, corrected, released
from tests.statements.loss import Backup, copy_of_the_site, files_below, lose_the_database

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def only_in_the_database(name: str) -> bool:
    """Tell whether a page shows what was never in the record: contacts, the press room, reviews, rows."""
    if "contacts/" in name or name.startswith("press/") or "/press/" in name:
        return True
    if name.startswith("ap/outboxes/"):  # names its first page, and pages are numbered by rows
        return True
    return name.endswith(("index.html", ".gz", ".br")) and "/2026/" in name


def _check_that_it_freezes_to_the_same(statement: Statement) -> None:
    """So that what is released next changes only what somebody has changed; pictures are made anew."""
    edition = statement.editions.order_by("-number").first()
    assert edition is not None
    now, then = freeze_text(statement).fields, edition.data
    pictures = {"files", "html_sha256", "blocks"} if then["files"] else set()
    assert {name for name in now if now[name] != then[name]} <= pictures
    assert [block["text"] for block in now["blocks"]] == [block["text"] for block in then["blocks"]]
    assert statement.progress.state == ("withdrawn" if edition.op == "withdraw" else "published")


def not_paged(name: str) -> bool:
    return not name.startswith("ap/outbox-pages/")


def test_everything_that_was_public_comes_back(olga: User, ines: User, own_home: Path) -> None:
    newsroom.fill(olga, ines, others=2, picture_width=400)
    bakery.bake_all(workers=0)
    mirror = copy_of_the_site()
    before = files_below(mirror)
    lose_the_database()
    shutil.rmtree(own_home / "media")
    with pytest.raises(LogUnfit, match=r"holds a checkpoint over 9 leaves .* this database has none"):
        actions.release(approved(olga, ines, title="Before the recovery"), by=ines)
    outcome = recover(str(mirror))
    assert (outcome.from_size, outcome.size, outcome.editions) == (0, 9, 9)
    assert checks.problems() == []
    for statement in Statement.objects.exclude(publication=None):
        _check_that_it_freezes_to_the_same(statement)
    bakery.bake_all(workers=0)
    after = files_below(own_home / "site")
    # Pages of an outbox are numbered by rows, and rows that come back have other numbers.
    assert sorted(filter(not_paged, before)) == sorted(filter(not_paged, after))
    different = [name for name in filter(not_paged, before) if before[name] != after[name]]
    assert [name for name in different if not only_in_the_database(name)] == []
    assert released(olga, ines, title="After the recovery").leaf_index == 9
    assert guard.published_size() == 10
    assert search.find("water", language="en").hits


def test_an_older_database_is_brought_up_to_date(olga: User, ines: User) -> None:
    first = released(olga, ines)
    backup = Backup()
    corrected(first, olga, ines, "We tested it on Tuesday.")
    path = released(olga, ines, title="The bridge is open").statement.publication.path
    backup.restore()
    draft = approved(olga, ines, title="Something else")
    with pytest.raises(LogUnfit, match=r"over 3 leaves of .* has 1 of .*older backup.*onrecord log recover"):
        actions.release(draft, by=ines)
    with pytest.raises(Forked):
        bakery.bake_all(workers=0)
    outcome = recover(str(bakery.site_directory()))
    assert (outcome.from_size, outcome.size, outcome.editions) == (1, 3, 2)
    bakery.bake_all(workers=0)
    edition = actions.release(draft, by=ines)
    edition.refresh_from_db()
    assert (edition.leaf_index, checks.problems()) == (3, [])
    assert Publication.objects.get(statement=first.statement_id).edition.number == 2
    assert Publication.objects.get(path=path).edition.leaf_index == 2
    statement = Statement.objects.get(pk=first.statement_id)
    assert text_digest(statement.editions.get(number=2).data) == freeze_text(statement).digest
    entry = Entry.objects.get(event="record.recovered")
    assert (entry.data["from_size"], entry.data["size"]) == (1, 3)
    again = corrected(statement.editions.get(number=2), olga, ines, "It was Wednesday.")
    assert again.number == 3


def test_a_draft_that_was_released_after_the_backup_is_that_statement(olga: User, ines: User) -> None:
    """Nothing is published twice, however the text had come to the desk."""
    statement = approved(olga, ines, body=[("paragraph", '<p>It <b>is</b> <a href="/x">safe</a>.</p>')])
    moment = timezone.now() + timedelta(minutes=1)
    actions.schedule(statement, by=olga, at=moment, zone="Europe/Brussels")
    waiting = approved(olga, ines, title="Waits for its moment")
    actions.schedule(waiting, by=olga, at=moment, zone="Europe/Brussels")
    backup = Backup()
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        actions.release(statement, by=ines)
    backup.restore()
    with time_machine.travel(moment + timedelta(minutes=5), tick=False):
        outcome = recover(str(bakery.site_directory()))
        assert (outcome.editions, outcome.overdue) == (1, 1)
        assert Statement.objects.count() == 2
        assert Edition.objects.get().statement_id == statement.pk
        assert actions.release_due() == 0
        assert [statement.progress.state for statement in Statement.objects.order_by("pk")] == [
            State.PUBLISHED,
            State.OVERDUE,
        ]


def test_an_edition_that_was_frozen_when_the_backup_was_made_gets_its_place(olga: User, ines: User) -> None:
    released(olga, ines)
    reactions.unfollow(events.Released)
    edition = actions.release(approved(olga, ines, title="Frozen"), by=ines)
    backup = Backup()
    actions.sequence(edition.pk)
    actions.bake_edition(edition.pk)
    wiring.connect()
    backup.restore()
    outcome = recover(str(bakery.site_directory()))
    assert (outcome.editions, outcome.size) == (0, 2)
    edition.refresh_from_db()
    assert edition.leaf_index == 1
    assert edition.published_at is not None
    assert Edition.objects.count() == 2


def test_an_edition_that_never_was_public_gives_way(olga: User, ines: User) -> None:
    """It was frozen on the restored database before anybody knew what others had seen."""
    statement = approved(olga, ines)
    backup = Backup()
    actions.release(statement, by=ines)
    site = copy_of_the_site()
    backup.restore()
    shutil.rmtree(bakery.site_directory())
    high_water.path().unlink()
    reactions.unfollow(events.Released)
    other = actions.release(statement, by=ines)
    wiring.connect()
    recover(str(site))
    assert not Edition.objects.filter(pk=other.pk).exists()
    assert Edition.objects.get().leaf_index == 0
    assert Publication.objects.get().path == "/s/2026/water-is-safe-to-drink/"


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("log/checkpoint", b"nonsense", r"does not hold this log: The note has no blank line"),
        ("log/checkpoint", None, r"/log/checkpoint is not in"),
        ("log/tile/entries/000.p/2", None, r"/log/tile/entries/000 is not in"),
        ("log/tile/entries/000.p/2", b"\x00", r"does not hold this log"),
        ("log/tile/0/000.p/2", bytes(64), r"/log/tile/0/000\.p/2 at .* is not the tile of this log"),
        ("log/tile/0/000.p/2", None, r"/log/tile/0/000 is not in"),
        ("log/open/000.jsonl", b"", r"There are 0 lines about leaves from 0, not 2"),
        ("s/2026/water-is-safe-to-drink/1.json", b"{}", r"is not what leaf 0 commits to"),
        ("s/2026/water-is-safe-to-drink/1.json", None, r"water-is-safe-to-drink/1\.json is not in"),
        (
            "s/2026/water-is-safe-to-drink/1/index.html",
            b"<p>",
            r"has not got the body that the edition",
        ),
    ],
)
def test_a_mirror_that_is_false_or_incomplete_changes_nothing(
    name: str, change: bytes | None, message: str, olga: User, ines: User
) -> None:
    backup = Backup()
    released(olga, ines)
    released(olga, ines, title="The bridge is open")
    mirror = copy_of_the_site()
    backup.restore()
    (mirror / name).unlink()
    if change is not None:
        (mirror / name).write_bytes(change)
    with pytest.raises(NotRecoverable, match=message):
        recover(str(mirror))
    assert not LogHead.objects.exists()
    assert not Statement.objects.exists()


def run(*arguments: str) -> tuple[int, str]:
    """Return status and output of `onrecord log`."""
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output


def test_the_command_says_what_it_would_do_and_what_it_did(olga: User, ines: User) -> None:
    first = released(olga, ines)
    backup = Backup()
    corrected(first, olga, ines, "We tested it on Tuesday.")
    backup.restore()
    site = str(bakery.site_directory())
    status, text = run("recover", "--from", site, "--dry-run")
    assert (status, LogHead.objects.get().size) == (0, 1)
    assert "is genuine and goes on from the one here" in text
    assert "1 leaves, 1 editions of statements and 0 of the log's own would be brought back" in text
    assert "Nothing was changed. Run it again without --dry-run." in text
    status, text = run("recover", "--from", site)
    assert (status, LogHead.objects.get().size) == (0, 2)
    assert "who wrote, approved and released each edition" in text
    assert text.endswith("Now run `onrecord bake`.\n")
    assert Entry.objects.get(event="record.recovered").actor_name == "the operator"
    assert run("recover", "--from", site)[1] == (
        "There is nothing to recover: this database has all 2 leaves.\n"
    )


def test_the_command_refuses_with_a_sentence(olga: User, own_home: Path) -> None:
    status, text = run("recover", "--from", str(own_home / "nowhere"))
    assert status == 1
    assert text.startswith("Error: There is no folder ")
    Organisation.objects.all().delete()
    (own_home / "site").mkdir()
    status, text = run("recover", "--from", str(own_home / "site"))
    assert status == 1
    assert "Give it the address that the lost one had" in text


def test_the_status_names_every_source_and_the_way_out(
    olga: User, ines: User, settings: Settings, own_home: Path
) -> None:
    settings.MIRRORS = ("http://127.0.0.1:1/",)
    backup = Backup()
    released(olga, ines)
    status, text = run("status")
    assert status == 0
    assert text.startswith("news.elmford.example/log: 1 leaves in this database, root ")
    assert f"The baked site ({own_home}/site/log/checkpoint): agrees (1 leaves)\n" in text
    assert "The mirror http://127.0.0.1:1/: does not answer\n" in text
    assert text.endswith("The log may go on.\n")
    backup.restore()
    status, text = run("status", "--json")
    told = json.loads(text)
    assert (status, told["may_go_on"], told["size"]) == (1, False, 0)
    assert "holds a checkpoint over 1 leaves" in told["reason"]
    assert [source["state"] for source in told["sources"]] == ["holds more leaves", "does not answer"]


def test_the_status_says_it_when_a_file_beside_the_keys_is_damaged(olga: User, ines: User) -> None:
    released(olga, ines)
    sightings.path().write_text("nonsense")
    status, text = run("status")
    assert status == 1
    assert "log.seen-elsewhere is damaged" in text
    sightings.path().unlink()
    assert run("status")[0] == 0


def test_the_desk_says_that_nothing_can_be_published(olga: User, ines: User, ada: User) -> None:
    backup = Backup()
    released(olga, ines)
    assert not list(standstill.needs(olga))
    backup.restore()
    (need,) = standstill.needs(ada)
    assert "onrecord log recover" in need.detail
    (need,) = standstill.needs(olga)
    assert need.detail == "Your administrator can mend that."


@pytest.mark.parametrize("whole", [True, False])
def test_what_was_erased_after_the_backup_stays_erased(
    whole: bool, olga: User, ines: User, ada: User, own_home: Path
) -> None:
    first = released(olga, ines, title="Zacharias was dismissed")
    path = first.statement.publication.path
    federated.instance()  # a newsroom that was ever baked whole has it
    backup = Backup()
    corrected(first, olga, ines, "Nobody was dismissed.")
    erasure = actions.propose_erasure(path if whole else f"{path}1/", ground="A court said so.", by=ada)
    actions.confirm_erasure(erasure, by=ines)
    bakery.bake_all(workers=0)
    site = files_below(own_home / "site")
    backup.restore()
    assert Edition.objects.get().leaf_index == 0
    outcome = recover(str(bakery.site_directory()))
    assert (outcome.editions, outcome.documents, outcome.changed) == (0 if whole else 1, 1, 1)
    assert Statement.objects.exists() is not whole
    assert not Edition.objects.filter(leaf_index=0).exists()
    assert checks.problems() == []
    bakery.bake_all(workers=0)
    after = files_below(own_home / "site")
    assert sorted(after) == sorted(site)
    # The page of the log says when its checkpoint was signed: a recovery signs anew.
    told = [name for name in site if not name.partition(".html")[0].endswith("log/index")]
    assert [name for name in told if site[name] != after[name]] == []
    assert account().complete


def test_a_mirror_cannot_make_the_log_forget(olga: User, ines: User) -> None:
    released(olga, ines)
    backup = Backup()
    released(olga, ines, title="The bridge is open")
    mirror = copy_of_the_site()
    backup.restore()
    openings = mirror / "log" / "open" / "000.jsonl"
    second = openings.read_bytes().splitlines()[1]
    openings.write_bytes(b'{"by":1,"leaf":0,"state":"erased"}\n' + second + b"\n")
    with pytest.raises(NotRecoverable, match=r"leaf 0 was erased by leaf 1, which says nothing of it"):
        recover(str(mirror))
    assert LogHead.objects.get().size == 1


def test_a_sealed_text_that_the_backup_has_stays_sealed(olga: User, ines: User) -> None:
    released(olga, ines)
    moment = timezone.now() + timedelta(days=1)
    statement = approved(olga, ines, title="The dam will be raised")
    reactions.unfollow(events.Sealed)
    actions.schedule(statement, by=olga, at=moment, zone="Europe/Brussels", seal=True)
    backup = Backup()
    actions.log_seal(Seal.objects.get().pk)
    wiring.connect()
    backup.restore()
    outcome = recover(str(bakery.site_directory()))
    assert (outcome.size, outcome.editions, outcome.lost_seals) == (2, 0, ())
    assert Seal.objects.get().leaf_index == 1
    with time_machine.travel(moment + timedelta(seconds=1), tick=False):
        assert actions.release_due() == 1
    assert Edition.objects.get(leaf_index=1).data["title"] == "The dam will be raised"
    assert checks.problems() == []


def test_a_sealed_text_that_is_lost_is_only_given_up_in_public(olga: User, ines: User) -> None:
    statement = approved(olga, ines, title="The dam will be raised")
    backup = Backup()
    moment = timezone.now() + timedelta(days=1)
    actions.schedule(statement, by=olga, at=moment, zone="Europe/Brussels", seal=True)
    backup.restore()
    status, text = run("recover", "--from", str(bakery.site_directory()))
    assert status == 1
    assert "texts are neither here nor at the mirror: [0]. Restore a newer backup" in text
    assert not LogHead.objects.exists()
    status, text = run("recover", "--from", str(bakery.site_directory()), "--give-up-seals")
    assert status == 0
    assert "The texts of sealed leaves are lost: [0]." in text
    assert (LogHead.objects.get().size, account().erased, account().complete) == (2, 1, True)
    assert json.loads(bytes(Document.objects.get().content))["erases"] == [0]
    bakery.bake_all(workers=0)
    assert checks.problems() == []


def test_registers_come_back_with_the_signatures_of_root_keys(olga: User, ines: User) -> None:
    """Also a signature that was added after the backup to a register which it holds."""
    released(olga, ines)
    root = PrivateKey("news.elmford.example/log/root/a", Ed25519PrivateKey.generate())
    document = ceremony.name_roots(1, [root.public])
    backup, before = Backup(), Document.objects.count()
    signed = sign_note(registers.note_text(bytes(document.content)), root).to_bytes()
    ceremony.add_signatures(signed)
    rotation.rotate_release_key()
    rotation.rotate_log_key()
    bakery.bake_all(workers=0)
    rows = list(Document.objects.order_by("pk").values_list("path", "content", "note", "leaf_index"))
    backup.restore()
    outcome = recover(str(bakery.site_directory()))
    assert outcome.documents == len(rows) - before == 2
    assert list(Document.objects.order_by("pk").values_list("path", "content", "note", "leaf_index")) == rows
    assert bytes(Document.objects.get(pk=document.pk).note) == signed
    assert released(olga, ines, title="Signed by the new key").leaf_index == outcome.size
    assert checks.problems() == []


def test_a_log_comes_back_whose_root_keys_were_named_wrongly_and_named_again(olga: User, ines: User) -> None:
    """Register 3 was never signed: the keys of register 2 had to agree to register 4, and did."""
    released(olga, ines)
    old, lost, new = (
        PrivateKey(f"news.elmford.example/log/root/{name}", Ed25519PrivateKey.generate()) for name in "abc"
    )
    for signers, named in (((old,), old), ((), lost), ((old, new), new)):
        document = ceremony.name_roots(1, [named.public])
        if signers:
            signed = sign_note(registers.note_text(bytes(document.content)), *signers).to_bytes()
            assert ceremony.add_signatures(signed).complete
    bakery.bake_all(workers=0)
    rows = list(Document.objects.order_by("pk").values_list("path", "note", "leaf_index"))
    lose_the_database()
    recover(str(bakery.site_directory()))
    assert list(Document.objects.order_by("pk").values_list("path", "note", "leaf_index")) == rows


def test_an_address_of_an_early_year_is_recovered_too() -> None:
    found = restoring.address_in("/s/26/water/fr/1.json")
    assert (found.path, found.year, found.slug) == ("/s/26/water/fr/", 26, "water")
