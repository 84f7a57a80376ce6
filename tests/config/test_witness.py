# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from onrecord.config.cli import main
from onrecord.journal.models import Entry
from onrecord.people.models import Organisation
from onrecord.record.models import FollowedLog, Witness
from tests.outbound.servers import serving
from tests.record.cast import append
from tests.record.test_being_a_witness import KEY, PEER
from tests.record.witnesses import FakeWitness, witness_key

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def a_home_of_its_own(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.ALLOW_PRIVATE_ADDRESSES = True


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["witness", *words])
    return result.exit_code, result.output


def test_the_operator_adds_asks_lists_and_removes_a_witness(organisation: Organisation) -> None:
    append("one", origin=organisation.origin)
    anna = FakeWitness(witness_key("anna"))
    with serving(anna.answer) as server:
        status, text = _run("add", anna.key.public.vkey, server.url)
        assert (status, text) == (0, "anna.example/witness is asked from now on. cosigned\n")
        assert _run("ask") == (0, "anna.example/witness: cosigned\n")
    assert _run("ask")[0] == 1  # nobody answers there any more
    status, text = _run("list", "--json")
    shown = json.loads(text)
    assert shown["state"] == "Not independently witnessed."
    assert shown["log"].startswith("news.elmford.example/log+")
    assert [(row["name"], row["size"], row["outside"]) for row in shown["witnesses"]] == [
        ("anna.example/witness", 1, True)
    ]
    assert "does not answer" in _run("list")[1]
    assert _run("remove", anna.key.name) == (0, "anna.example/witness is no longer asked.\n")
    status, text = _run("remove", anna.key.name)
    assert (status, "No witness is named anna.example/witness." in text) == (1, True)
    assert not Witness.objects.get().active
    assert {entry.actor_name for entry in Entry.objects.filter(event__startswith="record.witness_")} == {
        "the operator"
    }


def test_the_operator_makes_the_newsroom_a_witness(organisation: Organisation) -> None:
    status, text = _run("follow", KEY.public.vkey)
    assert status == 0
    assert "key      news.elmford.example/witness+" in text
    assert "address  https://news.elmford.example/witness" in text
    status, text = _run("list")
    assert f"    {PEER}: 0 entries" in text
    assert "its key is made at the first release" in text
    assert _run("unfollow", PEER)[0] == 0
    assert _run("unfollow", PEER)[0] == 1
    assert not FollowedLog.objects.get().active


def test_mistakes_end_with_a_sentence(organisation: Organisation) -> None:
    status, text = _run("add", "nonsense", "https://w.example")
    assert (status, text.startswith("Error: The key of the witness cannot be read.")) == (1, True)
    status, text = _run("follow", witness_key("anna").public.vkey)
    assert (status, "does not sign checkpoints" in text) == (1, True)


def test_before_set_up_there_is_nothing_to_witness(db: None) -> None:
    assert _run("list") == (1, "Error: There is no newsroom yet. Complete its set-up first.\n")
