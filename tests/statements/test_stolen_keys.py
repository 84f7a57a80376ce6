# SPDX-License-Identifier: Apache-2.0
"""The drill of docs/keys.md: keys are stolen, the operator answers, and readers can tell what is genuine."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.bakery import actions as bakery
from onrecord.config.cli import main
from onrecord.people.models import Organisation, User
from onrecord.proof import bundle, checkpoint, keyfiles, leaf, merkle, tlogproof
from onrecord.proof import edition as editions
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.compare import Relation, compare
from onrecord.proof.keys import LEAF_KIND, PrivateKey
from onrecord.proof.tlogproof import Opening, TlogProof
from onrecord.proof.verdict import Outcome, Verdict, judge
from onrecord.record import actions as record
from onrecord.record import keys, pages
from onrecord.record.models import Leaf
from onrecord.statements.models import Edition
from tests.proof.cast import naive_node, naive_root
from tests.statements.drafts import released
from tests.statements.test_register import set_up

PASSPHRASE = "correct horse battery staple lamp"


class Town:
    """A newsroom with root keys, its site, and what its readers know."""

    def __init__(self, organisation: Organisation, home: Path, stick: Path) -> None:
        self.origin, self.site, self.stick = organisation.origin, home / "site", stick
        self.passphrase = stick / "passphrase"
        self.passphrase.write_text(PASSPHRASE)
        set_up(organisation)
        self.operate("init", "--to", stick, "--passphrase-file", self.passphrase, "--yes")
        found = keys.newest_register()
        assert found is not None
        self.fingerprint = found.fingerprint()

    def operate(self, *words: object) -> str:
        result = CliRunner().invoke(main, ["keys", *map(str, words)])
        assert result.exit_code == 0, result.output
        return result.output

    def revoke(self, *words: object) -> str:
        """Do what the drill says, with two root keys at hand."""
        at_hand = [word for n in (1, 2) for word in ("--root-key", self.stick / f"root-{n}.key")]
        return self.operate("revoke", *words, *at_hand, "--passphrase-file", self.passphrase, "--yes")

    def read(self, path: str) -> bytes:
        return (self.site / path.lstrip("/")).read_bytes()

    def kept(self, edition: Edition) -> Bundle:
        """Return what a reader keeps of an edition today."""
        stem = f"{edition.statement.publication.path}{edition.number}"
        return bundle.read(self.read(f"{stem}.onrecord.zip"))

    def register_of_today(self, held: Bundle) -> Bundle:
        return Bundle(
            edition=held.edition,
            proof=held.proof,
            register=self.read("register.json"),
            register_proof=self.read("register.tlog-proof"),
            register_note=self.read("register.note"),
        )

    def judged(self, held: Bundle) -> Verdict:
        """Judge as a reader who knows the root fingerprint and asks the site for its register."""
        return judge(held, Pins(root=self.fingerprint, site_register=self.read("register.json")))

    def audited(self) -> dict[str, object]:
        result = CliRunner().invoke(main, ["audit", str(self.site), "--root", self.fingerprint, "--json"])
        found = json.loads(result.output)
        assert isinstance(found, dict)
        return found


class Thief:
    """Somebody who copied key files, and makes a statement of the town's out of nothing."""

    def __init__(self, town: Town) -> None:
        secrets = {path.stem.partition("-")[0]: _copied(path) for path in keys.directory().glob("*.key")}
        self.town = town
        self.release = PrivateKey(f"{town.origin}/release", secrets["release"], LEAF_KIND)
        self.log = PrivateKey(town.origin, secrets["log"])
        self.nonce = hashlib.sha256(b"thief").digest()
        self.edition = editions.freeze(
            {
                "log": town.origin,
                "statement": "https://news.elmford.example/s/2026/the-mayor-resigns/",
                "edition": 1,
                "op": "publish",
                "prev": None,
                "lang": "en",
                "title": "The mayor resigns",
                "issued": "2026-11-25T09:00:00Z",
            }
        )
        self.commitment = editions.commitment(self.nonce, self.edition)

    def another_history(self, index: int, size: int) -> Bundle:
        """Put the forged statement at `index` of a tree that nobody else sees, and sign that."""
        signed = leaf.sign(self.commitment, origin=self.town.origin, key=self.release).to_bytes()
        bodies = [bytes(row.body) for row in Leaf.objects.order_by("index")[:index]]
        bodies += [signed] * (size - index)
        hashes = [merkle.leaf_hash(body) for body in bodies]
        head = Checkpoint(self.town.origin, size, naive_root(hashes))
        path = merkle.inclusion_proof(index, size, partial(naive_node, hashes))
        proof = TlogProof(
            index, tuple(path), checkpoint.sign(head, self.log), Opening(self.nonce, signed).to_bytes()
        )
        return self.town.register_of_today(Bundle(edition=self.edition, proof=proof.to_bytes()))

    def into_the_log(self) -> Bundle:
        """Log the forged statement itself, as one can who has got into the server."""
        row = record.append(
            commitment=self.commitment,
            edition_path="/s/2026/the-mayor-resigns/1.json",
            nonce=self.nonce,
            at=Leaf.objects.latest("index").at,
            origin=self.town.origin,
        )
        return self.town.register_of_today(Bundle(edition=self.edition, proof=pages.proof_for(row.index)))


def _copied(path: Path) -> Ed25519PrivateKey:
    return keyfiles.read(path)


def signed_checkpoint(held: Bundle) -> bytes:
    return tlogproof.parse(held.proof).signed_checkpoint


@pytest.fixture
def town(
    organisation: Organisation,
    own_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Town:
    monkeypatch.setattr(bakery, "bake_all", partial(bakery.bake_all, workers=0))
    return Town(organisation, own_home, tmp_path_factory.mktemp("stick"))


def test_a_stolen_release_key_alone_forges_nothing(town: Town, olga: User, ines: User) -> None:
    genuine, thief = released(olga, ines), Thief(town)
    thief.log = PrivateKey(town.origin, Ed25519PrivateKey.generate())
    forged = thief.another_history(index=3, size=4)
    verdict = town.judged(forged)
    assert verdict.outcome is not Outcome.HOLDS
    assert verdict.step("checkpoint").outcome is Outcome.UNKNOWN
    town.revoke("release", "--reason", "The laptop of the press office was stolen.")
    assert town.judged(town.kept(genuine)).outcome is Outcome.HOLDS
    assert town.judged(thief.another_history(index=6, size=7)).step("released").outcome is Outcome.FAILS
    later = released(olga, ines, title="The bridge is open")
    assert town.judged(town.kept(later)).outcome is Outcome.HOLDS


def test_what_a_thief_put_into_the_log_is_disowned_by_name(town: Town, olga: User, ines: User) -> None:
    genuine, forged = released(olga, ines), Thief(town).into_the_log()
    assert town.judged(forged).outcome is Outcome.HOLDS  # nothing tells it apart yet, but everybody sees it
    said = town.revoke(
        "release", "--up-to", 2, "--disown", 3, "--reason", "Somebody else signed entry 3 with our key."
    )
    assert "Entry 5 of the log disowns 3." in said
    assert town.judged(town.register_of_today(forged)).step("released").outcome is Outcome.FAILS
    assert town.judged(town.register_of_today(forged)).outcome is Outcome.FAILS
    bakery.bake_all()
    assert town.judged(town.kept(genuine)).outcome is Outcome.HOLDS
    assert town.audited()["defects"] == []


def test_a_stolen_log_key_shows_another_history_until_it_is_revoked(
    town: Town, olga: User, ines: User
) -> None:
    first, thief = released(olga, ines), Thief(town)
    kept_before = town.kept(first)
    second = released(olga, ines, title="The bridge is open")
    forged = thief.another_history(index=3, size=4)

    # 1. Before anybody knows: the forgery looks genuine to whoever sees nothing else, ...
    assert town.judged(forged).outcome is Outcome.HOLDS
    # ... and whoever compares it with the site holds the evidence.
    public = [key.public for key in (thief.log,)]
    found = compare(signed_checkpoint(forged), town.read("log/checkpoint"), trusted=public)
    assert found.relation is Relation.EQUIVOCATION

    # 2. The operator revokes both keys and has two root keys sign.
    said = town.revoke("both", "--reason", "The server was broken into.")
    assert "Enough root keys have signed it." in said

    # 3. The forgery no longer holds; beyond the closed size it is refused.
    assert town.judged(town.register_of_today(forged)).step("checkpoint").outcome is Outcome.UNKNOWN
    # So too with the register of before beside it: the site tells that its key was revoked.
    assert town.judged(forged).step("identity").outcome is Outcome.UNKNOWN
    assert town.judged(forged).outcome is Outcome.UNKNOWN
    assert town.judged(thief.another_history(index=6, size=7)).outcome is Outcome.FAILS

    # 4. What is genuine holds with a fresh proof from the site; an old proof says that one is needed.
    for edition in (first, second):
        assert town.judged(town.kept(edition)).outcome is Outcome.HOLDS
    old = town.judged(town.register_of_today(kept_before))
    assert (old.outcome, old.step("checkpoint").outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
    assert "Ask for a fresh proof" in old.step("checkpoint").detail

    # 5. The newsroom goes on in the same log, and the whole of it can be audited.
    third = released(olga, ines, title="The bridge is closed again")
    assert town.judged(town.kept(third)).outcome is Outcome.HOLDS
    audited = town.audited()
    assert audited["defects"] == []
    assert audited["undecided"] == []
