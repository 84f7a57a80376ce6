# SPDX-License-Identifier: Apache-2.0
"""Root keys are named in the register and sign it; strangers cannot."""

from __future__ import annotations

import inspect

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.proof import note
from onrecord.proof import register as registers
from onrecord.proof.keys import PrivateKey
from onrecord.record import ceremony, keys, register, rotation
from onrecord.record.errors import NotSigned, WrongKey
from onrecord.record.key_checks import cautions
from onrecord.record.models import Document
from tests.statements.conftest import committed_at_once

__all__ = ["committed_at_once"]


@pytest.fixture(autouse=True)
def organisation_of_its_own(organisation: Organisation, committed_at_once: None) -> None:
    """Every test needs one."""


def root(label: str, *, origin: str = "news.elmford.example/log") -> PrivateKey:
    return PrivateKey(f"{origin}/root/{label}", Ed25519PrivateKey.generate())


def named(*roots: PrivateKey, threshold: int = 2) -> Document:
    return ceremony.name_roots(threshold, [one.public for one in roots])


def note_by(document: Document, *signers: PrivateKey) -> bytes:
    return note.sign(registers.note_text(bytes(document.content)), *signers).to_bytes()


def test_a_ceremony_makes_a_register_that_two_of_three_root_keys_signed() -> None:
    one, two, three = (root(label) for label in "123")
    document = named(three, one, two)
    read = registers.read(bytes(document.content))
    assert (document.number, read.threshold) == (2, 2)
    assert [key.name[-1] for key in read.roots] == ["1", "2", "3"]
    assert read.fingerprint() == registers.fingerprint(2, [key.public.vkey for key in (one, two, three)])
    first = ceremony.add_signatures(note_by(document, one))
    assert (first.signed, first.complete) == ((one.name,), False)
    second = ceremony.add_signatures(note_by(document, three))
    assert (second.signed, second.complete) == ((one.name, three.name), True)
    document.refresh_from_db()
    assert registers.verify_note(bytes(document.note), bytes(document.content), previous=None) == read
    entries = Entry.objects.filter(event="record.register_signed").order_by("pk")
    assert [entry.data["complete"] for entry in entries] == [False, True]


def test_a_signature_that_is_there_already_changes_nothing() -> None:
    one, two = root("1"), root("2")
    document = named(one, two)
    ceremony.add_signatures(note_by(document, one, two))
    before = Entry.objects.count()
    assert ceremony.add_signatures(note_by(document, two)).complete
    assert Entry.objects.count() == before


def test_naming_the_same_root_keys_again_logs_nothing() -> None:
    one, two = root("1"), root("2")
    assert named(one, two) == named(two, one)
    assert Document.objects.count() == 2


def test_a_stranger_s_signature_is_refused_and_one_beside_a_root_key_is_left_out() -> None:
    one, two, stranger = root("1"), root("2"), root("1")
    document = named(one, two)
    with pytest.raises(NotSigned, match="The signatures cannot be used"):
        ceremony.add_signatures(note_by(document, stranger))
    assert ceremony.add_signatures(note_by(document, one, root("9"))).signed == (one.name,)


def test_a_note_over_another_register_is_refused() -> None:
    one, two = root("1"), root("2")
    early = note_by(named(one, two), one, two)
    rotation.rotate_release_key()
    with pytest.raises(NotSigned, match="not over register 3, the newest"):
        ceremony.add_signatures(early)


def test_new_root_keys_count_only_if_the_old_ones_agree() -> None:
    old = [root("1"), root("2"), root("3")]
    ceremony.add_signatures(note_by(named(*old), *old))
    new = [root("4"), root("5")]
    document = named(*new)
    assert not ceremony.add_signatures(note_by(document, *new)).complete
    assert not ceremony.add_signatures(note_by(document, old[0])).complete
    assert ceremony.add_signatures(note_by(document, old[2])).complete
    assert [entry.data["reason"] for entry in Entry.objects.filter(event="record.register_logged")] == [
        "",
        "Root keys were introduced.",
        "The root keys were replaced.",
    ]


def test_a_rotation_keeps_the_root_keys_and_waits_for_their_signatures() -> None:
    one, two = root("1"), root("2")
    ceremony.add_signatures(note_by(named(one, two), one, two))
    document = rotation.rotate_release_key()
    newest = keys.newest_register()
    assert newest is not None
    assert newest.roots == (one.public, two.public)
    assert not ceremony.standing_of(document).complete
    assert [problem.id for problem in cautions()] == ["record.W021"]
    ceremony.add_signatures(note_by(document, one, two))
    assert cautions() == []


def test_with_root_keys_a_new_name_waits_for_a_person() -> None:
    named(root("1"), root("2"))
    Organisation.objects.update(name="City of Elmford")
    assert register.bring_up_to_date() is None
    assert register.pending() == ["organisation"]
    assert register.log_pending() is not None
    assert register.pending() == []
    assert register.log_pending() is None


def test_without_a_ceremony_a_warning_says_so() -> None:
    register.bring_up_to_date()
    assert [(problem.id, problem.hint) for problem in cautions()] == [
        ("record.W020", "onrecord keys init (docs/keys.md says how, step by step)")
    ]


@pytest.mark.parametrize(
    ("threshold", "labels", "message"),
    [
        (0, "12", "0 of 2 root keys cannot be demanded"),
        (3, "12", "3 of 2 root keys cannot be demanded"),
        (1, "11", "Two of the root keys are the same, or have the same name"),
    ],
)
def test_root_keys_that_make_no_sense_are_refused(threshold: int, labels: str, message: str) -> None:
    with pytest.raises(WrongKey, match=message):
        named(*(root(label) for label in labels), threshold=threshold)


def test_a_root_key_of_another_log_is_refused() -> None:
    with pytest.raises(WrongKey, match=r"is no root key of this log. Its name must be news\.elmford"):
        named(root("1", origin="else.example/log"), threshold=1)


def test_the_note_is_on_the_site_once_enough_have_signed() -> None:
    one, two = root("1"), root("2")
    document = named(one, two)
    ceremony.add_signatures(note_by(document, one))
    site = bakery.site_directory()
    assert (site / "register.json").read_bytes() == bytes(document.content)
    assert not (site / "register.note").exists()
    ceremony.add_signatures(note_by(document, two))
    assert (site / "register.note").read_bytes() == (site / "register/2.note").read_bytes()
    assert (site / "register.note").read_text().startswith("onrecord/register/1\nnews.elmford")


def test_registers_that_wait_for_signatures_forever_are_each_verified_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, two = root("1"), root("2")
    ceremony.add_signatures(note_by(named(one, two), one, two))
    for turn in range(12):
        signers = (one, two) if turn % 6 == 5 else (one,)
        ceremony.add_signatures(note_by(rotation.rotate_release_key(), *signers))
    verify, depths = registers.verify_note, list[int]()

    def counted(*given: object, **named: object) -> object:
        depths.append(len(inspect.stack(0)))
        return verify(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(registers, "verify_note", counted)
    rows = Document.objects.filter(kind="register").exclude(note=b"").order_by("number")
    assert [row.number for row in rows if ceremony.standing_of(row).complete] == [2, 8, 14]
    depths.clear()
    assert ceremony.standing_of(rows[len(rows) - 1]).complete
    assert len(depths) == len(rows) == 13
    assert max(depths) - min(depths) <= 3
