# SPDX-License-Identifier: Apache-2.0
"""One byte changed, anywhere: neither verifier finds that it holds."""

from __future__ import annotations

import base64
from dataclasses import replace
from random import Random

import pytest

from onrecord.proof import bundle, merkle, tiles
from onrecord.proof.register import fingerprint
from tests.proof.cast import naive_root
from tests.verifier.cases import MOMENT, plan
from tests.verifier.damage import with_part
from tests.verifier.decided import Case, GivenPins, Node, by_python

pytestmark = [pytest.mark.slow, pytest.mark.once]

PARTS = ("edition", "proof", "register", "register_proof", "register_note")


@pytest.fixture(scope="module")
def whole() -> Case:
    """Return a bundle in which everything holds, and the identity rests on root keys."""
    made = plan(Random(1))  # repeatable, nothing secret
    made.roots, made.threshold, made.note_signers = made.cast.roots, 2, made.cast.roots[:2]
    made.files, made.members["files"], made.witnesses = {}, [], []
    made.pins = GivenPins(root=fingerprint(2, [root.public.vkey for root in made.roots]))
    source = made.carry_out()
    return Case("whole", source, made.pins, bundle.write(source, MOMENT))


def _changed(data: bytes) -> list[bytes]:
    """Return the bytes with each of them changed in turn, in one bit."""
    return [data[:at] + bytes([byte ^ (1 << at % 8)]) + data[at + 1 :] for at, byte in enumerate(data)]


def _accepted(cases: list[Case], there: Node) -> list[int]:
    """Return which of the cases the browser finds to hold. Python, asked about some, must say the same."""
    answers = list(there.decide(cases))
    for at in range(0, len(cases), 8):
        assert answers[at] == by_python(cases[at]), at
    return [at for at, answer in enumerate(answers) if answer["verdict"] == "holds"]


def test_what_is_whole_holds(whole: Case, browser_verifier: Node) -> None:
    assert _accepted([whole, replace(whole, archive=None)], browser_verifier) == [0, 1]


def test_no_byte_of_a_bundle_can_be_changed(whole: Case, browser_verifier: Node) -> None:
    assert whole.archive is not None
    cases = [replace(whole, archive=data) for data in _changed(whole.archive)]
    assert _accepted(cases, browser_verifier) == []


@pytest.mark.parametrize("part", PARTS)
def test_no_byte_of_a_part_can_be_changed(part: str, whole: Case, browser_verifier: Node) -> None:
    """The leaf and the checkpoint are in the proof, so they are among what is changed."""
    cases = [
        replace(whole, archive=None, source=with_part(whole.source, part, data))
        for data in _changed(getattr(whole.source, part))
    ]
    assert _accepted(cases, browser_verifier) == []


def _files_of_a_log(leaves: list[bytes]) -> dict[str, bytes]:
    """Return tiles and entry bundles by their paths."""
    files: dict[str, bytes] = {}
    for tile in tiles.new_tiles(0, len(leaves)):
        span = range(tile.start, tile.start + tile.width)
        row = [naive_root([merkle.leaf_hash(one) for one in _below(leaves, tile.level, at)]) for at in span]
        files[tile.path] = tiles.encode_tile(row)
        if tile.level == 0:
            files[tile.bundle_path] = tiles.encode_bundle([leaves[at] for at in span])
    return files


def _below(leaves: list[bytes], level: int, at: int) -> list[bytes]:
    width = tiles.TILE_WIDTH**level
    return leaves[at * width : (at + 1) * width]


def _texts(files: dict[str, bytes]) -> dict[str, str]:
    return {path: base64.b64encode(data).decode() for path, data in files.items()}


@pytest.mark.parametrize(("count", "length", "step"), [(6, 184, 1), (258, 1, 89)])
def test_no_byte_of_a_tile_or_a_leaf_can_be_changed(
    count: int, length: int, step: int, browser_verifier: Node
) -> None:
    leaves = [bytes([at % 251]) * length for at in range(count)]
    root = naive_root([merkle.leaf_hash(one) for one in leaves])
    asked = {
        "do": "log",
        "files": _texts(_files_of_a_log(leaves)),
        "size": count,
        "root": base64.b64encode(root).decode(),
        "step": step,
    }
    (answer,) = browser_verifier.ask([asked])
    assert answer["accepted"] is True
    assert answer["tried"] > 90
    assert answer["unnoticed"] == []


def test_the_browser_finds_the_root_of_any_earlier_log(browser_verifier: Node) -> None:
    leaves = [str(at).encode() for at in range(517)]
    hashes = [merkle.leaf_hash(one) for one in leaves]
    sizes = [1, 2, 3, 255, 256, 257, 300, 511, 512, 513, 517]
    files = _texts(_files_of_a_log(leaves))
    (roots,) = browser_verifier.ask([{"do": "roots", "files": files, "sizes": sizes, "tree_size": 517}])
    assert roots == [naive_root(hashes[:size]).hex() for size in sizes]


def test_no_byte_of_a_cosignature_goes_unnoticed(whole: Case, browser_verifier: Node) -> None:
    made = plan(Random(1))  # repeatable, nothing secret
    made.roots, made.threshold, made.witnesses = (), 0, list(made.cast.witnesses[:1])
    made.files, made.members["files"] = {}, []
    vkey = made.cast.witnesses[0].public.vkey
    log = made.cast.log.public.vkey
    made.pins = GivenPins(policy=f"log {log}\nwitness w {vkey}\nquorum w\n".encode())
    source = made.carry_out()
    good = Case("cosigned", source, made.pins)
    line = source.proof.rpartition(b"\n\xe2\x80\x94")[0]
    start = len(line) + 1
    assert dict(by_python(good)["steps"])["witnessed"] == "holds"
    cases = [replace(good, source=replace(source, proof=data)) for data in _changed(source.proof)[start:]]
    for case, answer in zip(cases, browser_verifier.decide(cases), strict=True):
        assert answer == by_python(case)
        steps = dict(answer["steps"])
        assert steps["witnessed"] != "holds"
