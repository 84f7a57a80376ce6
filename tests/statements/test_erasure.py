# SPDX-License-Identifier: Apache-2.0
"""What the law obliges to erase is gone from this machine; the record says that it is, and why."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from wagtail.images.models import Image
from wagtail.models import ModelLogEntry, Revision

from onrecord.bakery import actions as bakery
from onrecord.journal import reactions
from onrecord.journal.models import Entry, Reaction, ReactionState
from onrecord.people.errors import NotAllowed
from onrecord.people.models import User
from onrecord.proof import edition as edition_format
from onrecord.proof import openings, tlogproof
from onrecord.record import keys, pages
from onrecord.record.models import Document
from onrecord.record.openings import account
from onrecord.statements import actions
from onrecord.statements.errors import Incomplete, OwnStatement, WrongState
from onrecord.statements.formats.files import location
from onrecord.statements.models import Asset, Edition, Erasure, Publication, Seal, Statement, Tombstone
from tests.statements import newsroom
from tests.statements.drafts import approved, corrected, released
from tests.statements.erasing import (
    GROUND,
    NAME,
    NOON,
    ORDER,
    WORDS,
    clock,
    erased,
    proposed,
    site_files,
    status,
    traces,
)

__all__ = ["clock"]


def test_nothing_of_an_erased_statement_is_left(olga: User, ines: User, ada: User) -> None:
    other = released(olga, ines)
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    statement = edition.statement
    path, nonce = statement.publication.path, bytes(edition.nonce)
    corrected(edition, olga, ines, f"The town has not dismissed {NAME} at all.")
    actions.remark(statement, by=olga, text=f"Should we name {NAME}?")
    assert len(traces(NAME)) > 8
    erasure = erased(f"https://news.elmford.example{path}", ada, ines)
    assert traces(NAME) == []
    assert not Statement.objects.filter(pk=statement.pk).exists()
    assert not Revision.objects.filter(object_id=str(statement.pk)).exists()
    assert not ModelLogEntry.objects.filter(object_id=str(statement.pk)).exists()
    assert not Publication.objects.filter(path=path).exists()
    assert base64.b64encode(nonce).decode() not in str(site_files())
    assert (erasure.statement, erasure.leaves, erasure.leaf_index) == (None, [1, 2], 3)
    assert other.published_at is not None
    assert f"{other.statement.publication.path}index.html" in site_files()
    assert list(Edition.objects.values_list("pk", flat=True)) == [other.pk]


def test_the_address_answers_gone_and_says_why(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines, body=[("paragraph", WORDS)])
    path = edition.statement.publication.path
    erased(path, ada, ines)
    for address in (path, f"{path}1/"):
        assert status(address) == "410 Gone"
        page = site_files()[f"{address}gone.html"].decode()
        assert "The text at this address was erased" in page
        assert GROUND in page
        assert ORDER in page
        assert 'href="/erased/1.json"' in page
        assert '<meta name="robots" content="noindex">' in page
    for address in (f"{path}1.json", f"{path}1.tlog-proof"):
        assert status(address) == "404 Not Found"
    assert status(f"{path}gone.html") == "404 Not Found"
    everything = {name: body for name, body in site_files().items() if not name.startswith(path)}
    assert [name for name, body in everything.items() if path.encode() in body] == []


def test_the_record_says_so_signed_and_names_the_leaves(olga: User, ines: User, ada: User) -> None:
    released(olga, ines)
    edition = released(olga, ines, title="A dismissal", body=[("paragraph", WORDS)])
    erased(edition.statement.publication.path, ada, ines)
    site = site_files()
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
    erased(path, ada, ines)
    before = {name: body for name, body in site_files().items() if not name.endswith((".gz", ".br"))}
    bakery.bake_all(workers=0)
    after = site_files()
    assert traces(NAME) == []
    assert before.keys() <= after.keys()
    assert status(path) == "410 Gone"


def test_a_statement_is_erased_with_its_translations(olga: User, ines: User, ada: User) -> None:
    room = newsroom.fill(olga, ines, others=1, picture_width=400)
    assert room.corrected is not None
    original = room.corrected.statement
    paths = [original.publication.path, *(one.publication.path for one in original.translations.all())]
    assert len(paths) == 3
    files = [row.sha256 for row in Asset.objects.all()]
    assert all(location(sha256).exists() for sha256 in files)
    count = original.editions.count() + sum(one.editions.count() for one in original.translations.all())
    erasure = erased(paths[0], ada, ines)
    assert len(erasure.leaves) == count
    assert {status(path) for path in paths} == {"410 Gone"}
    assert not Asset.objects.exists()
    assert not any(location(sha256).exists() for sha256 in files)
    assert not [name for name in site_files() if name.startswith("/media/")]
    assert not Image.objects.exists()
    assert "gone" in "".join(site_files())
    bakery.bake_all(workers=0)
    assert account().complete


def test_one_translation_can_be_erased_alone(olga: User, ines: User, ada: User) -> None:
    room = newsroom.fill(olga, ines, others=0, picture_width=400)
    assert room.french is not None
    path = room.french.statement.publication.path
    original = room.french.statement.original
    assert original is not None
    erased(path, ada, ines)
    assert status(path) == "410 Gone"
    assert status(original.publication.path) == "200 OK"
    assert path.encode() not in site_files()[f"{original.publication.path}index.html"]
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
    assert NAME in str(site_files()[f"{path}2/changes/index.html"])
    erasure = erased(f"{path}1/", ada, ines)
    assert (erasure.number, erasure.leaves, erasure.statement) == (1, [0], statement)
    assert traces(NAME) == []
    assert (status(path), status(f"{path}2/"), status(f"{path}1/")) == ("200 OK", "200 OK", "410 Gone")
    assert f"{path}2/changes/index.html" not in site_files()
    assert Statement.objects.get(pk=statement.pk).latest_revision is not None
    third = corrected(Edition.objects.get(), olga, ines, "The town has dismissed one of its employees.")
    assert third.number == 3
    assert account().complete


def test_the_newest_edition_is_not_erased_alone(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    with pytest.raises(Incomplete, match="This is the newest edition"):
        proposed(f"{edition.statement.publication.path}1/", ada)


@pytest.mark.parametrize("address", ["/s/2026/nothing/", "", "https://else.example/", "/s/2026/²/"])
def test_an_address_without_a_statement_is_refused(olga: User, ines: User, ada: User, address: str) -> None:
    released(olga, ines)
    with pytest.raises(Incomplete, match="No statement stands at"):
        proposed(address, ada)


def test_an_erasure_needs_a_public_reason(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    with pytest.raises(Incomplete, match="Say why it is erased: the record says it in public, for good"):
        actions.propose_erasure(path, ground=" ", by=ada)


def test_it_takes_an_administrator_and_an_editor(olga: User, ines: User, ada: User, mo: User) -> None:
    path = released(olga, ines).statement.publication.path
    for stranger in (olga, ines, mo):
        with pytest.raises(NotAllowed):
            actions.propose_erasure(path, ground=GROUND, by=stranger)
    erasure = proposed(path, ada)
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
    erasure = proposed(path, ines)
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
        actions.drop_erasure(proposed(path, ada), by=person)
    with pytest.raises(WrongState, match="This erasure was decided already"):
        actions.confirm_erasure(Erasure.objects.order_by("-pk")[0], by=ines)
    assert status(path) == "200 OK"
    assert pages.size() == 1


def test_a_statement_waits_for_one_erasure_at_a_time(olga: User, ines: User, ada: User) -> None:
    path = released(olga, ines).statement.publication.path
    proposed(path, ada)
    with pytest.raises(WrongState, match="An erasure of this statement waits already"):
        proposed(path, ada)


def test_a_seal_is_erased_with_its_statement(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    statement = Statement.objects.get(pk=edition.statement_id)
    statement.body = [("paragraph", WORDS)]
    actions.save_draft(statement, by=olga)
    actions.submit(statement, by=olga, change="update", change_note="More.")
    actions.approve(statement, by=ines)
    until = NOON + timedelta(days=1)
    actions.schedule(statement, by=olga, at=until, zone="UTC", embargoed=True, seal=True)
    erasure = erased(statement.publication.path, ada, ines)
    assert erasure.leaves == [0, 1]
    assert not Seal.objects.exists()
    assert account().complete
    assert traces(NAME) == []


def test_what_was_to_follow_an_erased_edition_falls_away(olga: User, ines: User, ada: User) -> None:
    edition = released(olga, ines)
    erased(edition.statement.publication.path, ada, ines)
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
    erased(path, ada, ines)
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
    erased(edition.statement.publication.path, ada, ines)
    found = client.get("/search?q=dismissed").content.decode()
    assert NAME not in found
    entries = Entry.objects.filter(subject=subject)
    assert entries.filter(event="statements.changes_requested").get().data == {"request": ""}
    assert {entry.data.get("digest", "") for entry in entries} == {""}
    assert entries.filter(event="statements.approved").count() == 2
