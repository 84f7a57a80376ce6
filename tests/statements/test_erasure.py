# SPDX-License-Identifier: Apache-2.0
"""What the law obliges to erase is gone from this machine; the record says that it is, and why."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.types import StartResponse

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from wagtail.images.models import Image
from wagtail.models import ModelLogEntry, Revision

from onrecord.bakery import actions as bakery
from onrecord.bakery.server import BakedSite
from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.errors import NotAllowed
from onrecord.people.models import Organisation, User
from onrecord.proof import edition as edition_format
from onrecord.proof import openings, tlogproof
from onrecord.record import erasures, keys, pages
from onrecord.record.models import Document, Opening
from onrecord.record.openings import account
from onrecord.statements import actions
from onrecord.statements.actions import forgetting
from onrecord.statements.errors import Incomplete, OwnStatement, WrongState
from onrecord.statements.formats.files import location
from onrecord.statements.models import Asset, Edition, Erasure, Publication, Seal, Statement, Tombstone
from tests.statements import newsroom
from tests.statements.drafts import approved, corrected, released

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NAME = "Zacharias"
WORDS = f"<p>The town has dismissed {NAME} Unmistakable.</p>"
GROUND = "A court found that the statement named a person without need."
ORDER = "District Court of Elmford, 12 O 34/26"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def _site() -> dict[str, bytes]:
    root = Path(settings.HOME) / "site"
    return {f"/{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _traces(word: str) -> list[str]:
    """Name every table that still holds a word, in any column, and every file of the site."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for row in model._default_manager.values_list():
            if any(word.lower() in _text(value).lower() for value in row):
                found.append(model._meta.db_table)
    found += [
        path for path, body in _site().items() if word.lower() in body.decode("utf-8", "ignore").lower()
    ]
    return sorted(set(found))


def _text(value: object) -> str:
    return bytes(value).decode("utf-8", "ignore") if isinstance(value, bytes | memoryview) else str(value)


def _proposed(address: str, ada: User) -> Erasure:
    return actions.propose_erasure(address, ground=GROUND, legal_ground=ORDER, by=ada)


def _erased(address: str, ada: User, ines: User) -> Erasure:
    erasure = actions.confirm_erasure(_proposed(address, ada), by=ines)
    erasure.refresh_from_db()
    assert erasure.state == "done"
    return erasure


def _status(path: str) -> str:
    said: list[str] = []

    def application(_environ: object, start_response: StartResponse) -> list[bytes]:
        start_response("404 Not Found", [])
        return []

    site = BakedSite(application, Path(settings.HOME) / "site", dynamic=("/desk/",))
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": ""}
    b"".join(site(environ, lambda status, *_rest: said.append(status)))  # type: ignore[arg-type]
    return said[0]


def test_nothing_of_an_erased_statement_is_left(olga: User, ines: User, ada: User) -> None:
    other = released(olga, ines)
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    statement = edition.statement
    path, nonce = statement.publication.path, bytes(edition.nonce)
    corrected(edition, olga, ines, f"The town has not dismissed {NAME} at all.")
    actions.remark(statement, by=olga, text=f"Should we name {NAME}?")
    assert len(_traces(NAME)) > 8
    erasure = _erased(f"https://news.elmford.example{path}", ada, ines)
    assert _traces(NAME) == []
    assert not Statement.objects.filter(pk=statement.pk).exists()
    assert not Revision.objects.filter(object_id=str(statement.pk)).exists()
    assert not ModelLogEntry.objects.filter(object_id=str(statement.pk)).exists()
    assert not Publication.objects.filter(path=path).exists()
    assert base64.b64encode(nonce).decode() not in str(_site())
    assert (erasure.statement, erasure.leaves, erasure.leaf_index) == (None, [1, 2], 3)
    assert other.published_at is not None
    assert f"{other.statement.publication.path}index.html" in _site()
    assert list(Edition.objects.values_list("pk", flat=True)) == [other.pk]


def test_the_address_answers_gone_and_says_why(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines, body=[("paragraph", WORDS)])
    path = edition.statement.publication.path
    _erased(path, ada, ines)
    for address in (path, f"{path}1/"):
        assert _status(address) == "410 Gone"
        page = _site()[f"{address}gone.html"].decode()
        assert "The text at this address was erased" in page
        assert GROUND in page
        assert ORDER in page
        assert 'href="/erased/1.json"' in page
        assert '<meta name="robots" content="noindex">' in page
    for address in (f"{path}1.json", f"{path}1.tlog-proof"):
        assert _status(address) == "404 Not Found"
    assert _status(f"{path}gone.html") == "404 Not Found"
    everything = {name: body for name, body in _site().items() if not name.startswith(path)}
    assert [name for name, body in everything.items() if path.encode() in body] == []


def test_the_record_says_so_signed_and_names_the_leaves(olga: User, ines: User, ada: User) -> None:
    released(olga, ines)
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    _erased(edition.statement.publication.path, ada, ines)
    site = _site()
    said = edition_format.read(site["/erased/1.json"])
    assert (said.operation, said.statement, said.reason) == (
        "erase",
        "https://news.elmford.example/erased",
        GROUND,
    )
    assert (said.members["erases"], said.members["legal_ground"]) == ([1], ORDER)
    proof = tlogproof.parse(site["/erased/1.tlog-proof"])
    public = keys.public_keys("news.elmford.example/log")
    proof.verify(proof.opening().leaf, origin="news.elmford.example/log", keys=[public.log])
    lines = openings.parse(site["/log/open/000.jsonl"], number=0, size=3)
    assert lines[1] == openings.Erased(1, 2)
    assert isinstance(lines[2], openings.Opened)
    assert lines[2].edition == "/erased/1.json"
    assert account().complete
    assert b"dismissal" not in site["/erased/1.json"]


def test_baking_everything_brings_nothing_back(olga: User, ines: User, ada: User) -> None:
    released(olga, ines)
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    path = edition.statement.publication.path
    _erased(path, ada, ines)
    before = {name: body for name, body in _site().items() if not name.endswith((".gz", ".br"))}
    bakery.bake_all(workers=0)
    after = _site()
    assert _traces(NAME) == []
    assert before.keys() <= after.keys()
    assert _status(path) == "410 Gone"


def test_a_statement_is_erased_with_its_translations(olga: User, ines: User, ada: User) -> None:
    room = newsroom.fill(olga, ines, others=1, picture_width=400)
    assert room.corrected is not None
    original = room.corrected.statement
    paths = [original.publication.path, *(one.publication.path for one in original.translations.all())]
    assert len(paths) == 3
    files = [row.sha256 for row in Asset.objects.all()]
    assert all(location(sha256).exists() for sha256 in files)
    count = original.editions.count() + sum(one.editions.count() for one in original.translations.all())
    erasure = _erased(paths[0], ada, ines)
    assert len(erasure.leaves) == count
    assert {_status(path) for path in paths} == {"410 Gone"}
    assert not Asset.objects.exists()
    assert not any(location(sha256).exists() for sha256 in files)
    assert not [name for name in _site() if name.startswith("/media/")]
    assert not Image.objects.exists()
    assert "gone" in "".join(_site())
    bakery.bake_all(workers=0)
    assert account().complete


def test_one_translation_can_be_erased_alone(olga: User, ines: User, ada: User) -> None:
    room = newsroom.fill(olga, ines, others=0, picture_width=400)
    assert room.french is not None
    path = room.french.statement.publication.path
    original = room.french.statement.original
    assert original is not None
    _erased(path, ada, ines)
    assert _status(path) == "410 Gone"
    assert _status(original.publication.path) == "200 OK"
    assert path.encode() not in _site()[f"{original.publication.path}index.html"]
    assert Asset.objects.exists()
    assert Image.objects.exists()
    again = actions.translate(original, by=olga, language="fr")
    actions.submit(again, by=olga)
    actions.approve(again, by=ines)
    with pytest.raises(WrongState, match=r"was erased\. Nothing"):
        actions.release(again, by=ines)


def test_an_earlier_edition_is_erased_alone(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    statement = edition.statement
    path = statement.publication.path
    corrected(edition, olga, ines, "The town has dismissed an employee.")
    assert NAME in str(_site()[f"{path}2/changes/index.html"])
    erasure = _erased(f"{path}1/", ada, ines)
    assert (erasure.number, erasure.leaves, erasure.statement) == (1, [0], statement)
    assert _traces(NAME) == []
    assert (_status(path), _status(f"{path}2/"), _status(f"{path}1/")) == ("200 OK", "200 OK", "410 Gone")
    assert f"{path}2/changes/index.html" not in _site()
    assert Statement.objects.get(pk=statement.pk).latest_revision is not None
    third = corrected(Edition.objects.get(), olga, ines, "The town has dismissed one of its employees.")
    assert third.number == 3
    assert account().complete


def test_the_newest_edition_is_not_erased_alone(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    with pytest.raises(Incomplete, match="This is the newest edition"):
        _proposed(f"{edition.statement.publication.path}1/", ada)


@pytest.mark.parametrize("address", ["/s/2026/nothing/", "", "https://else.example/", "/s/2026/²/"])
def test_an_address_without_a_statement_is_refused(olga: User, ines: User, ada: User, address: str) -> None:
    released(olga, ines)
    with pytest.raises(Incomplete, match="No statement stands at"):
        _proposed(address, ada)


def test_an_erasure_needs_a_public_reason(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    with pytest.raises(Incomplete, match="Say why it is erased: the record says it in public, for good"):
        actions.propose_erasure(path, ground=" ", by=ada)


def test_it_takes_an_administrator_and_an_editor(olga: User, ines: User, ada: User, mo: User) -> None:
    path = released(olga, ines).statement.publication.path
    for stranger in (olga, ines, mo):
        with pytest.raises(NotAllowed):
            actions.propose_erasure(path, ground=GROUND, by=stranger)
    erasure = _proposed(path, ada)
    for stranger in (olga, ada, mo):
        with pytest.raises(NotAllowed):
            actions.confirm_erasure(erasure, by=stranger)
    for stranger in (olga, mo):
        with pytest.raises(NotAllowed):
            actions.drop_erasure(erasure, by=stranger)
    assert Edition.objects.exists()
    assert not Document.objects.exists()


def test_nobody_confirms_what_they_proposed_unless_nobody_else_can(
    olga: User, ines: User, ada: User, second_editor: User
) -> None:
    path = released(olga, ines).statement.publication.path
    ines.groups.add(*ada.groups.all())
    ines = User.objects.get(pk=ines.pk)
    erasure = _proposed(path, ines)
    with pytest.raises(OwnStatement, match="You proposed this erasure yourself"):
        actions.confirm_erasure(erasure, by=ines)
    assert Erasure.objects.get().state == "proposed"
    second_editor.is_active = False
    second_editor.save()
    actions.confirm_erasure(erasure, by=ines)
    assert Erasure.objects.get().state == "done"


def test_what_is_dropped_stays(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    for person in (ines, ada):
        actions.drop_erasure(_proposed(path, ada), by=person)
    with pytest.raises(WrongState, match="This erasure was decided already"):
        actions.confirm_erasure(Erasure.objects.order_by("-pk")[0], by=ines)
    assert _status(path) == "200 OK"
    assert pages.size() == 1


def test_a_statement_waits_for_one_erasure_at_a_time(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    _proposed(path, ada)
    with pytest.raises(WrongState, match="An erasure of this statement waits already"):
        _proposed(path, ada)


def test_a_seal_is_erased_with_its_statement(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.body = [("paragraph", WORDS)]
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="update", change_note="More.")
    actions.approve(statement, by=ines)
    until = NOON + timedelta(days=1)
    actions.schedule(statement, by=olga, at=until, zone="UTC", embargoed=True, seal=True)
    erasure = _erased(statement.publication.path, ada, ines)
    assert erasure.leaves == [0, 1]
    assert not Seal.objects.exists()
    assert account().complete
    assert _traces(NAME) == []


def test_a_crash_at_any_point_is_made_good(
    olga: User, ines: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = released(olga, ines, body=[("paragraph", WORDS)]).statement.publication.path
    erasure = _proposed(path, ada)
    with transaction.atomic():
        actions.confirm_erasure(erasure, by=ines)
        connection.run_on_commit.clear()  # the process stops here
    crashes = 0
    while not _carried_out_until_statement(crashes, erasure):
        crashes += 4
        assert Opening.objects.get().state == "open"
        assert Edition.objects.count() == Statement.objects.count() == 1
        assert not Document.objects.exists()
    assert crashes > 30
    for _twice in range(2):
        actions.erase(erasure.pk)
        actions.bake_erased(erasure.pk)
    assert Document.objects.count() == 1
    assert _status(path) == "410 Gone"
    assert _traces(NAME) == []


class Crash(Exception):
    """The process stops here."""


def _carried_out_until_statement(number: int, erasure: Erasure) -> bool:
    """Carry an erasure out, raise after so many statements; tell whether it went through."""
    ran = 0

    def crash(execute: Callable[..., object], *arguments: object) -> object:
        nonlocal ran
        ran += 1
        if ran > number:
            raise Crash
        return execute(*arguments)

    try:
        with transaction.atomic():
            with connection.execute_wrapper(crash):
                actions.erase(erasure.pk)
            connection.run_on_commit.clear()
    except Crash:
        connection.run_on_commit.clear()
        return False
    return True


def test_what_was_to_follow_an_erased_edition_falls_away(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    _erased(edition.statement.publication.path, ada, ines)
    Reaction.objects.filter(name="statements.bake_everything").delete()
    Reaction.objects.update(state=ReactionState.WAITING, due_at=NOON)  # as if nothing had been noted
    reactions.drain()
    assert set(Reaction.objects.values_list("state", "last_error")) == {("done", "")}


def test_the_database_lets_no_edition_go_whose_leaf_is_open(olga: User, ines: User) -> None:
    edition = released(olga, ines)
    edition.statement.publication.delete()
    with pytest.raises(DatabaseError, match="deleted only once its leaf is erased"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk)._raw_delete("default")


def test_the_address_of_what_was_erased_is_not_used_again(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    _erased(path, ada, ines)
    other = released(olga, ines)
    assert other.statement.publication.path == f"{path[:-1]}-2/"
    assert Tombstone.objects.filter(path=path).exists()


def test_search_and_journal_forget_the_words(olga: User, ines: User, ada: User) -> None:
    statement = approved(olga, ines, title=f"{NAME} is dismissed")
    actions.reopen(statement, by=olga)
    actions.submit(statement, by=olga)
    actions.request_changes(statement, by=ines, request=f"Do we have to name {NAME}?")
    actions.submit(statement, by=olga)
    actions.approve(statement, by=ines)
    edition = actions.release(statement, by=ines)
    client = Client()
    assert NAME in client.get(f"/search?q={NAME}").content.decode().replace(f"q={NAME}", "")
    subject = statement.subject
    _erased(edition.statement.publication.path, ada, ines)
    found = client.get("/search?q=dismissed").content.decode()
    assert NAME not in found
    entries = Entry.objects.filter(subject=subject)
    assert entries.filter(event="statements.changes_requested").get().data == {"request": ""}
    assert {entry.data.get("digest", "") for entry in entries} == {""}
    assert entries.filter(event="statements.approved").count() == 2


def test_what_an_older_backup_brings_back_is_deleted_before_anything_is_baked(
    olga: User, ines: User, ada: User
) -> None:
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    corrected(edition, olga, ines, f"The town has not dismissed {NAME} at all.")
    erased_path = edition.statement.publication.path
    kept = released(olga, ines)
    path = kept.statement.publication.path
    partly = corrected(kept, olga, ines, "It was on Sunday.")
    # The backup is older than the erasure; the log has learned of it from a mirror.
    erasures.erase([0, 1, 2], reason=GROUND, legal_ground=ORDER)
    assert _traces(NAME) != []
    bakery.bake([("statements.front", ("en",))])
    assert _traces(NAME) == []
    assert _status(erased_path) == "410 Gone"
    assert (_status(f"{path}1/"), _status(path)) == ("410 Gone", "200 OK")
    assert list(Edition.objects.all()) == [partly]
    assert [(row.state, row.ground, row.legal_ground, row.proposed_by) for row in Erasure.objects.all()] == [
        ("done", GROUND, ORDER, None)
    ] * 2
    assert actions.forget_erased() == 0
    assert account().complete


def test_a_newest_edition_that_a_backup_brings_back_gives_way_to_the_one_before(
    olga: User, ines: User
) -> None:
    edition = released(olga, ines)
    corrected(edition, olga, ines, f"The town has dismissed {NAME} Unmistakable.")
    erasures.erase([1], reason=GROUND)
    assert actions.forget_erased() == 1
    # Only the draft at hand still has the words: it is the desk's, and nothing is released without approval.
    assert _traces(NAME) == ["statements_statement", "wagtailcore_revision"]
    path = edition.statement.publication.path
    assert (_status(f"{path}2/"), _status(path)) == ("410 Gone", "200 OK")
    assert Publication.objects.get().edition == edition


def test_the_database_keeps_no_remains(
    transactional_db: None, organisation: Organisation, olga: User, ines: User, ada: User
) -> None:
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    assert edition.published_at is not None
    _erased(edition.statement.publication.path, ada, ines)
    forgetting.clean_database()
    assert _traces(NAME) == []
    if connection.vendor == "sqlite":
        image = connection.connection.serialize()
        assert NAME.encode() not in image
        assert NAME.lower().encode() not in image
