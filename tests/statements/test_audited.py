# SPDX-License-Identifier: Apache-2.0
"""A whole newsroom, baked, as a stranger audits it and verifies what he saved from it."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.config.cli import main
from onrecord.people.models import Organisation, User
from onrecord.proof.edition import commitment
from onrecord.proof.keys import PrivateKey
from onrecord.record import actions, erasures, keys, register
from onrecord.record.models import Leaf, Opening
from onrecord.statements.actions import confirm_erasure, propose_erasure
from onrecord.statements.models import Edition
from tests.statements import newsroom
from tests.statements.newsroom import Newsroom


@pytest.fixture
def filled(
    monkeypatch: pytest.MonkeyPatch, organisation: Organisation, own_home: Path, olga: User, ines: User
) -> Newsroom:
    """A newsroom with a register, corrections, translations, a withdrawal, attachments."""
    monkeypatch.setattr(bakery, "bake_all", partial(bakery.bake_all, workers=0))
    with transaction.atomic():
        register.bring_up_to_date()
        made = newsroom.fill(olga, ines, others=2, picture_width=400)
        connection.run_on_commit.clear()
    return made


def baked() -> Path:
    bakery.bake_all()
    return bakery.site_directory()


def onrecord(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def log_key() -> str:
    public = keys.public_keys(Organisation.current().origin)
    return public.log.vkey


def test_a_newsroom_with_a_bit_of_everything_has_no_defects(filled: Newsroom) -> None:
    site = baked()
    result = onrecord("audit", site, "--json", "--key", log_key())
    found: dict[str, Any] = json.loads(result.stdout)
    assert (found["defects"], found["undecided"], result.exit_code) == ([], [], 0)
    assert found["states"] == {"open": Leaf.objects.count()}
    assert found["organisation"] == "Town of Elmford"


def test_every_bundle_of_a_newsroom_holds_offline(filled: Newsroom) -> None:
    packed = sorted(baked().rglob("*.onrecord.zip"))
    assert len(packed) == Edition.objects.count()
    for path in packed:
        found = json.loads(onrecord("verify", path, "--offline", "--json", "--key", log_key()).stdout)
        outcomes = {step["code"]: step["outcome"] for step in found["steps"]}
        assert found["verdict"] == "holds", (path, found)
        assert outcomes["files"] == "holds"
    stranger = PrivateKey(Organisation.current().origin, Ed25519PrivateKey.from_private_bytes(b"\x09" * 32))
    assert onrecord("verify", packed[0], "--offline", "--key", stranger.public.vkey).exit_code == 2


def test_sealed_and_erased_leaves_are_accounted_for(filled: Newsroom, ines: User) -> None:
    now = timezone.now()
    indexes = []
    for number in (1, 2):
        nonce = bytes([number]) * 32
        leaf = actions.append(
            commitment=commitment(nonce, b"a text that is not shown"),
            nonce=nonce,
            edition_path=f"/s/2026/sealed-{number}/1.json",
            at=now,
            origin=Organisation.current().origin,
            sealed_until=now + timedelta(days=3),
        )
        indexes.append(leaf.index)
    erasures.erase(indexes[:1], reason="The visit was called off.", by=ines.as_actor())
    found = json.loads(onrecord("audit", baked(), "--json").stdout)
    assert (found["verdict"], found["defects"]) == ("holds", [])
    assert (found["states"]["sealed"], found["states"]["erased"]) == (1, 1)


def test_an_erased_statement_is_accounted_for(filled: Newsroom, ada: User, ines: User) -> None:
    assert filled.corrected is not None
    path = filled.corrected.statement.publication.path
    proposed = propose_erasure(path, ground="A court ordered it.", by=ada)
    confirm_erasure(proposed, by=ines)
    found = json.loads(onrecord("audit", baked(), "--json").stdout)
    assert (found["verdict"], found["defects"]) == ("holds", [])
    assert found["states"]["erased"] >= 2


def test_what_somebody_changed_on_the_server_is_named(filled: Newsroom) -> None:
    site = baked()
    assert filled.corrected is not None
    path = Opening.objects.get(leaf=filled.corrected.leaf_index).edition_path
    assert path is not None
    changed = site / path.lstrip("/")
    changed.write_bytes(changed.read_bytes().replace(b"twenty-six", b"twenty-two", 1))
    result = onrecord("audit", site)
    assert result.exit_code == 1
    assert (
        f"✗ edition    {path}, {filled.corrected.leaf_index}: The edition opens the commitment"
        in result.output
    )
