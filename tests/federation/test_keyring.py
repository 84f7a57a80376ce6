# SPDX-License-Identifier: Apache-2.0
"""The keys of accounts stand in the register: since when they prove, until when, and what was revoked."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.federation import actors, keyring, pages
from onrecord.federation.errors import FederationError
from onrecord.federation.models import Actor
from onrecord.federation.signatures import keys as account_keys
from onrecord.journal.models import Entry
from onrecord.people.actions.access import OPERATOR
from onrecord.people.models import Organisation
from onrecord.proof import object_verdict
from onrecord.proof import register as registers
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.keys import PrivateKey
from onrecord.proof.register import ACTIVE, COMPROMISED, RETIRED, ListedKey, Register
from onrecord.proof.verdict import Outcome, Verdict
from onrecord.record import ceremony, keys, register
from onrecord.record.key_checks import cautions
from onrecord.statements import actions
from onrecord.statements.models import Publication
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom

pytestmark = pytest.mark.django_db
HOME = "https://news.elmford.example"
ACCOUNT = f"{HOME}/ap/actors/press"


def newest() -> Register:
    found = keys.newest_register()
    assert found is not None
    return found


def listed(account: str = "press") -> list[ListedKey]:
    return [one for one in newest().listed("federation") if f"/{account}#" in one.method]


def said(desk: Newsroom, title: str = "Water is safe") -> None:
    actions.bake_edition(newsroom.release(desk, newsroom.write(desk, title, "It is so.")).pk)


def bake_again() -> None:
    """Bake the objects of statements, as the reaction to a change of keys bakes everything."""
    bakery.bake([(pages.STATEMENTS, (str(pk),)) for pk in Publication.objects.values_list("pk", flat=True)])


def verdict_on(home: Path, name: str = "water-is-safe") -> Verdict:
    """Ask about an object as it is baked, with the register that the site shows, knowing the log's key."""
    site = home / "site"
    lent = Bundle(
        b"", b"", (site / "register.json").read_bytes(), (site / "register.tlog-proof").read_bytes()
    )
    log_key = newest().listed("log")[0].key
    data = (site / "ap/statements/2026" / name / "original").read_bytes()
    return object_verdict.judge(data, lent, Pins(keys=(log_key,)))


def test_the_first_register_lists_the_keys_of_the_accounts(organisation: Organisation) -> None:
    keyring.make()
    register.bring_up_to_date()
    assert newest().edition.number == 1
    methods = [one.method for one in newest().listed("federation")]
    assert methods == [f"{ACCOUNT}#ed25519-1", f"{HOME}/ap/actors/instance#ed25519-1"]
    assert [one.state for one in listed()] == [ACTIVE]
    assert register.pending() == []


def test_a_newsroom_from_before_lists_them_by_itself_and_goes_on(desk: Newsroom, own_home: Path) -> None:
    register.bring_up_to_date()
    said(desk)  # makes the keys, as the version before did at first use
    assert listed() == []
    assert register.pending() == ["keys"]
    register.bring_up_to_date()
    assert (newest().edition.number, [one.state for one in listed()]) == (2, [ACTIVE])
    assert register.bring_up_to_date() is None
    assert verdict_on(own_home).outcome is Outcome.HOLDS


def test_with_root_keys_it_waits_for_them_and_the_check_says_so(organisation: Organisation) -> None:
    roots = [
        PrivateKey(f"news.elmford.example/log/root/{label}", Ed25519PrivateKey.generate()) for label in "ab"
    ]
    ceremony.name_roots(1, [root.public for root in roots])
    keyring.make()
    assert register.bring_up_to_date() is None
    assert "record.W022" in {one.id for one in cautions()}
    document = register.log_pending()
    assert document is not None
    assert [one.state for one in listed()] == [ACTIVE]
    assert newest().roots
    assert "record.W022" not in {one.id for one in cautions()}


def test_a_replaced_key_keeps_what_it_proved_and_objects_are_proved_anew(
    desk: Newsroom, own_home: Path
) -> None:
    said(desk)
    register.bring_up_to_date()
    before = (own_home / "site/ap/statements/2026/water-is-safe/original").read_bytes()
    files = sorted((own_home / "keys/federation").glob("press-1-*"))
    document = keyring.rotate("press", by=OPERATOR)
    bake_again()
    assert registers.read(bytes(document.content)) == newest()
    first, second = listed()
    assert (first.state, first.method[-1], second.state, second.method[-1]) == (RETIRED, "1", ACTIVE, "2")
    assert first.until == second.since
    assert files
    assert not any(path.exists() for path in files)
    after = (own_home / "site/ap/statements/2026/water-is-safe/original").read_bytes()
    assert b"#ed25519-2" in after
    assert verdict_on(own_home).outcome is Outcome.HOLDS
    (own_home / "site/ap/statements/2026/water-is-safe/original").write_bytes(before)
    assert verdict_on(own_home).outcome is Outcome.HOLDS
    account = (own_home / "site/ap/actors/press").read_text()
    assert "#ed25519-1" in account
    assert "#ed25519-2" in account
    assert "#main-key-2" in account


def test_a_revoked_key_is_shown_no_more_and_what_it_proved_cannot_be_told(
    desk: Newsroom, own_home: Path
) -> None:
    said(desk)
    register.bring_up_to_date()
    before = (own_home / "site/ap/statements/2026/water-is-safe/original").read_bytes()
    with pytest.raises(FederationError, match="Say why"):
        keyring.revoke("press", reason=" ", by=OPERATOR)
    keyring.revoke("press", reason="A laptop was stolen.", by=OPERATOR)
    bake_again()
    assert [(one.state, one.reason) for one in listed()] == [
        (COMPROMISED, "A laptop was stolen."),
        (ACTIVE, ""),
    ]
    assert "#ed25519-1" not in (own_home / "site/ap/actors/press").read_text()
    assert verdict_on(own_home).outcome is Outcome.HOLDS
    (own_home / "site/ap/statements/2026/water-is-safe/original").write_bytes(before)
    assert verdict_on(own_home).step("key").outcome is Outcome.UNKNOWN
    entry = Entry.objects.get(event="federation.keys_changed")
    assert (entry.data["account"], entry.data["state"], entry.data["number"]) == ("press", COMPROMISED, 2)


def test_a_change_of_keys_does_not_wait_for_root_keys(organisation: Organisation) -> None:
    root = PrivateKey("news.elmford.example/log/root/a", Ed25519PrivateKey.generate())
    keyring.make()
    ceremony.name_roots(1, [root.public])
    number = newest().edition.number
    keyring.revoke("press", reason="Stolen.", by=OPERATOR)
    assert newest().edition.number == number + 1
    assert {one.state for one in listed()} == {COMPROMISED, ACTIVE}


def test_a_key_whose_file_was_lost_is_closed_when_another_takes_its_place(
    organisation: Organisation, own_home: Path
) -> None:
    keyring.make()
    register.bring_up_to_date()
    path = actors.ed25519_file(actors.newsroom())
    path.unlink()
    Actor.objects.update(keys_since=timezone.now())
    keyring._raw.cache_clear()
    account_keys.ed25519_key.cache_clear()
    keyring.make()
    register.bring_up_to_date()
    assert [(one.state, one.reason) for one in listed()] == [(RETIRED, "The key was lost."), (ACTIVE, "")]
    assert register.pending() == []


def test_a_key_that_stands_at_another_address_since_proves_nothing_at_the_old_one(
    organisation: Organisation,
) -> None:
    keyring.make()
    register.bring_up_to_date()
    Organisation.objects.update(address="https://press.elmford.example", log_name=organisation.origin)
    register.bring_up_to_date()
    assert [(one.method.partition("/ap/")[0], one.state) for one in listed("instance")] == [
        (HOME, RETIRED),
        ("https://press.elmford.example", ACTIVE),
    ]
    assert register.pending() == []


def test_a_closed_account_proves_nothing_any_more(organisation: Organisation) -> None:
    keyring.make()
    register.bring_up_to_date()
    Actor.objects.filter(name="press").update(closed_at=timezone.now())
    register.bring_up_to_date()
    assert [one.state for one in listed()] == [RETIRED]
    with pytest.raises(FederationError, match="There are: instance"):
        keyring.rotate("press", by=OPERATOR)


def test_a_proof_bears_no_moment_before_its_key(desk: Newsroom, own_home: Path) -> None:
    said(desk)
    register.bring_up_to_date()
    keyring.rotate("press", by=OPERATOR)
    bake_again()
    facts = verdict_on(own_home).facts
    assert facts["created"] == listed()[-1].since
