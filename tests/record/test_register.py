# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof import register as registers
from onrecord.proof.verify import verify_edition
from onrecord.record import keys, pages, register
from onrecord.record.errors import Forked, KeyMissing
from onrecord.record.models import Document, Leaf, LogHead, Opening
from onrecord.record.witnessing import following
from tests.append_only import guards_lifted
from tests.record.cast import append


def _newest() -> registers.Register:
    newest = keys.newest_register()
    assert newest is not None
    return newest


def test_the_first_register_is_the_first_entry_of_a_new_log(organisation: Organisation) -> None:
    document = register.bring_up_to_date()
    assert document is not None
    assert (document.path, document.number, document.leaf_index) == ("/register/1.json", 1, 0)
    read = registers.read(bytes(document.content))
    public = keys.public_keys(organisation.origin)
    assert (read.organisation, read.origin) == ("Town of Elmford", "news.elmford.example/log")
    assert read.edition.statement == "https://news.elmford.example/register"
    assert read.self_declared
    assert (read.release_keys_at(0), read.log_keys_at(1)) == ([public.release], [public.log])
    assert (read.max_sealed_days, read.mirrors, read.witnesses) == (30, (), ())
    entry = Entry.objects.get(event="record.register_logged")
    assert entry.data == {"number": 1, "path": "/register/1.json", "reason": ""}


def test_the_register_proves_itself(organisation: Organisation) -> None:
    document = register.bring_up_to_date()
    assert document is not None
    read = registers.read(bytes(document.content))
    found = verify_edition(
        bytes(document.content),
        pages.proof_for(0),
        origin=organisation.origin,
        log_keys=read.log_keys_at(1),
        release_keys=read.release_keys_at(0),
    )
    assert (found.index, found.checkpoint.size) == (0, 1)


def test_an_older_log_gets_a_register_that_covers_what_was_logged_before(organisation: Organisation) -> None:
    append("bridge", origin=organisation.origin)
    document = register.bring_up_to_date()
    assert document is not None
    assert document.leaf_index == 1
    assert _newest().release_keys_at(0) == [keys.public_keys(organisation.origin).release]
    assert append("water", origin=organisation.origin).index == 2


def test_a_register_that_says_what_is_so_is_not_logged_again(organisation: Organisation) -> None:
    register.bring_up_to_date()
    assert register.bring_up_to_date() is None
    assert (Document.objects.count(), Leaf.objects.count()) == (1, 1)
    assert register.pending() == []


def test_a_new_name_makes_a_new_register_that_follows_the_one_before(organisation: Organisation) -> None:
    first = register.bring_up_to_date()
    assert first is not None
    Organisation.objects.update(name="City of Elmford", domains=["elmford.example"])
    assert register.pending() == ["organisation"]
    second = register.bring_up_to_date()
    assert second is not None
    assert second.path == "/register/2.json"
    read = registers.read(bytes(second.content))
    assert (read.organisation, read.domain) == ("City of Elmford", "elmford.example")
    assert read.edition.previous is not None
    assert (read.edition.previous.index, read.edition.previous.commitment) == (0, bytes(first.commitment))
    assert read.keys == registers.read(bytes(first.content)).keys


def test_numbers_in_public_registers_are_listed(organisation: Organisation) -> None:
    Organisation.objects.update(identifiers=[{"scheme": "lei", "value": "529900T8BM49AURSDO55"}])
    register.bring_up_to_date()
    (number,) = _newest().identifiers
    assert (number["scheme"], number["value"]) == ("lei", "529900T8BM49AURSDO55")


def test_a_key_that_the_register_does_not_name_signs_nothing(
    organisation: Organisation, keys_of_its_own: Path
) -> None:
    register.bring_up_to_date()
    (keys_of_its_own / "keys").rename(keys_of_its_own / "gone")
    keys.make_keys()
    with pytest.raises(KeyMissing, match=r"No file in .*keys holds a release key that register 1 lists"):
        append("bridge", origin=organisation.origin)
    assert Leaf.objects.count() == 1


def test_a_key_counts_whatever_its_file_is_called(organisation: Organisation, keys_of_its_own: Path) -> None:
    register.bring_up_to_date()
    (keys_of_its_own / "keys" / "release.key").rename(keys_of_its_own / "keys" / "press-office.key")
    assert append("bridge", origin=organisation.origin).index == 1


def test_a_document_is_never_changed_or_deleted(organisation: Organisation) -> None:
    document = register.bring_up_to_date()
    assert document is not None
    attempts: list[Callable[[], object]] = [
        lambda: Document.objects.update(content=b"other"),
        lambda: Document.objects.update(leaf_index=None),
        lambda: Document.objects.update(path="/other.json"),
        document.delete,
    ]
    for attempt in attempts:
        with (
            pytest.raises(DatabaseError, match="a logged document is never changed or deleted"),
            transaction.atomic(),
        ):
            attempt()
    Document.objects.update(note=b"signatures")
    assert bytes(Document.objects.get().note) == b"signatures"


def test_a_head_that_no_listed_key_signed_is_refused(organisation: Organisation) -> None:
    register.bring_up_to_date()
    append("bridge", origin=organisation.origin)
    head = LogHead.objects.get()
    forged = bytes(head.checkpoint).replace(b"\xe2\x80\x94 news", b"\xe2\x80\x94 olds")
    with guards_lifted():
        LogHead.objects.update(checkpoint=forged)
    with pytest.raises(Exception, match=r"nor by another log key that the register names"):
        append("water", origin=organisation.origin)


def test_a_database_that_was_lost_gets_neither_register_nor_keys(
    organisation: Organisation, keys_of_its_own: Path
) -> None:
    register.bring_up_to_date()
    shown = keys_of_its_own / "site" / "log" / "checkpoint"
    shown.parent.mkdir(parents=True)
    shown.write_bytes(bytes(LogHead.objects.get().checkpoint))
    with guards_lifted():
        for model in (Document, Opening, Leaf, LogHead):
            model.objects.all().delete()
    for path in keys.key_files():
        path.rename(path.with_name(f"{path.stem}-kept.key"))
    with pytest.raises(Forked):
        register.bring_up_to_date()
    assert [path.name for path in keys.key_files()] == ["log-kept.key", "release-kept.key"]


def test_the_key_by_which_the_newsroom_witnesses_others_is_listed(
    organisation: Organisation, keys_of_its_own: Path
) -> None:
    register.bring_up_to_date()
    key = following.witness_key(organisation.origin).public
    assert register.pending() == ["keys"]
    register.bring_up_to_date()
    (listed,) = _newest().listed("witness")
    assert (listed.key, listed.state) == (key, registers.ACTIVE)
    assert register.pending() == []
    # After a break-in its file is deleted, and another one made.
    (keys_of_its_own / "keys" / "witness.key").unlink()
    assert register.pending() == []
    following.witness_key(organisation.origin)
    register.bring_up_to_date()
    before, after = _newest().listed("witness")
    assert (before.key, before.state, after.state) == (key, registers.RETIRED, registers.ACTIVE)
    assert append("bridge", origin=organisation.origin)
