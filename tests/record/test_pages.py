# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onrecord.proof import checkpoint, tlogproof
from onrecord.proof.canonical import canonicalise, parse
from onrecord.proof.merkle import RightEdge, leaf_hash
from onrecord.record import keys, pages
from onrecord.record.errors import NoSuchLeaf
from onrecord.record.models import Leaf, LogHead, Node, Opening
from tests.record.cast import MOMENT, ORIGIN, append, append_many


def _paths(files: list[pages.LogFile]) -> list[str]:
    return [file.path for file in files]


def test_a_leaf_changes_four_files_and_the_checkpoint_comes_last(db: None) -> None:
    append_many(range(3))
    files = pages.files_for(2)
    assert _paths(files) == [
        "/log/tile/0/000.p/3",
        "/log/tile/entries/000.p/3",
        "/log/open/000.jsonl",
        "/log/checkpoint",
    ]
    assert [file.immutable for file in files] == [True, True, False, False]
    assert [file.media_type for file in files] == [
        "application/octet-stream",
        "application/octet-stream",
        "application/jsonl; charset=utf-8",
        "text/plain; charset=utf-8",
    ]


def test_a_leaf_that_fills_a_tile_starts_one_above(db: None) -> None:
    append_many(range(256))
    assert _paths(pages.files_for(255)) == [
        "/log/tile/0/000",
        "/log/tile/entries/000",
        "/log/tile/1/000.p/1",
        "/log/open/000.jsonl",
        "/log/checkpoint",
    ]


def test_partial_tiles_stay_until_the_full_tile_exists(db: None) -> None:
    append_many(range(255))
    assert _paths(pages.tiles_of(9)) == ["/log/tile/0/000.p/10", "/log/tile/entries/000.p/10"]
    assert list(pages.leaves_superseded_by(254)) == []
    append(255)
    assert pages.tiles_of(9) == []
    assert list(pages.leaves_superseded_by(255)) == list(range(255))
    assert list(pages.leaves_with_tiles()) == [255]
    append_many(range(256, 300))
    assert list(pages.leaves_with_tiles()) == [255, *range(256, 300)]
    assert _paths(pages.tiles_of(255)) == ["/log/tile/0/000", "/log/tile/entries/000", "/log/tile/1/000.p/1"]


def test_a_full_tile_above_supersedes_the_partial_ones_there() -> None:
    superseded = list(pages.leaves_superseded_by(65_535))
    assert superseded[:255] == list(range(65_280, 65_535))
    assert superseded[255:] == [n * 256 - 1 for n in range(1, 256)]


def test_a_later_tile_keeps_its_bytes(db: None) -> None:
    append_many(range(5))
    before = {file.path: file.body for file in pages.all_files() if file.immutable}
    append_many(range(5, 9))
    after = {file.path: file.body for file in pages.all_files()}
    assert before.items() <= after.items()


def test_a_site_that_stayed_behind_gets_all_it_lacks(db: None) -> None:
    append_many(range(250))
    published = {file.path: file for file in pages.all_files()}
    append_many(range(250, 520))
    for file in pages.files_since(250):
        published[file.path] = file
    needed = {file.path: file for file in pages.all_files()}
    assert needed.items() <= published.items()
    assert [file.path for file in pages.files_since(520)] == ["/log/open/002.jsonl", "/log/checkpoint"]


def test_the_last_bundle_is_always_among_those_to_publish(db: None) -> None:
    assert list(pages.bundles_since(0)) == []
    append_many(range(256))
    assert [list(pages.bundles_since(size)) for size in (0, 255, 256)] == [[0], [0], [0]]
    append(256)
    assert [list(pages.bundles_since(size)) for size in (255, 256, 257)] == [[0, 1], [1], [1]]


def test_an_old_leaf_shows_the_newest_checkpoint(db: None) -> None:
    append_many(range(5))
    shown = pages.files_for(1)[-1]
    assert checkpoint.parse(shown.body).size == 5


def test_a_log_without_leaves_has_no_files(db: None) -> None:
    assert list(pages.all_files()) == []
    assert list(pages.files_since(0)) == []
    assert pages.size() == 0
    for ask in (pages.checkpoint_file, lambda: pages.files_for(0), lambda: pages.proof_for(0)):
        with pytest.raises(NoSuchLeaf, match=r"The log has no leaves yet"):
            ask()


def test_a_leaf_that_is_not_there_has_no_files(db: None) -> None:
    append("a")
    for index in (1, -1):
        with pytest.raises(NoSuchLeaf, match=f"The log has 1 leaves, so there is no leaf {index}"):
            pages.files_for(index)
        with pytest.raises(NoSuchLeaf, match=f"The log has 1 leaves, so there is no leaf {index}"):
            pages.proof_for(index)
    with pytest.raises(NoSuchLeaf, match=r"The log has no bundle 1 yet"):
        pages.openings_file(1)


def test_a_missing_node_is_noticed(db: None) -> None:
    append_many(range(256))
    Node.objects.all().delete()
    with pytest.raises(NoSuchLeaf, match=r"has 0 of the 1 hashes of tile/1/000\.p/1\. Run 'onrecord check'"):
        pages.files_for(255)


def test_a_log_of_66000_leaves_costs_a_few_queries(db: None) -> None:
    """Only the tiles that are looked at hold leaves; of the others only the hashes above are asked for."""
    size = 66_000
    tiles = (0, 33_333 // 256, 254, 255, 256, 257)
    kept = [index for tile in tiles for index in range(tile * 256, min(tile * 256 + 256, size))]
    keys.make_keys()
    edge, nodes = RightEdge(), []
    hashes = [leaf_hash(b"%d" % index) for index in range(size)]
    for value in hashes:
        edge, completed = edge.append(value)
        nodes += [
            Node(level=n.height // 8, index=n.index, hash=n.hash)
            for n in completed
            if n.height % 8 == 0 and (n.height or n.index // 256 in tiles)
        ]
    Node.objects.bulk_create(nodes)
    Leaf.objects.bulk_create(
        Leaf(index=index, commitment=hashes[index], body=b"%d" % index, hash=hashes[index], at=MOMENT)
        for index in kept
    )
    Opening.objects.bulk_create(
        Opening(leaf_id=index, nonce=hashes[index], edition_path=f"/{index}.json") for index in kept
    )
    signed = checkpoint.sign(checkpoint.Checkpoint(ORIGIN, size, edge.root()), keys.open_keys(ORIGIN).log)
    LogHead.objects.create(
        origin=ORIGIN, size=size, root=edge.root(), edge=edge.to_bytes(), checkpoint=signed, signed_at=MOMENT
    )

    assert append("one more").index == size
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert _paths(pages.files_for(size))[:2] == ["/log/tile/0/257.p/209", "/log/tile/entries/257.p/209"]
        data = pages.proof_for(size)
    assert len(queries) < 12
    public = keys.public_keys(ORIGIN)
    row = Leaf.objects.get(index=size)
    head = tlogproof.parse(data).verify(bytes(row.body), origin=ORIGIN, keys=[public.log])
    assert head.size == size + 1
    for index in (0, 65_535, 65_536, 33_333):
        proof = tlogproof.parse(pages.proof_for(index))
        proof.verify(b"%d" % index, origin=ORIGIN, keys=[public.log])
    assert _paths(pages.tiles_of(65_535)) == [
        "/log/tile/0/255",
        "/log/tile/entries/255",
        "/log/tile/1/000",
        "/log/tile/2/000.p/1",
    ]
    assert [file.path for file in pages.tiles_of(65_279)] == ["/log/tile/0/254", "/log/tile/entries/254"]


@pytest.mark.parametrize("path", ["/s/2026/water/1.json", "/s/2026/مياه/2.json", '/s/2026/a"b\\c\x1f/1.json'])
def test_what_opens_a_leaf_is_canonical_json(db: None, path: str) -> None:
    line = pages._opening_line(7, path, bytes(range(32)))
    assert canonicalise(parse(line)) == line
