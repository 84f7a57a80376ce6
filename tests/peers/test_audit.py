# SPDX-License-Identifier: Apache-2.0
"""aics-tlog, which knows nothing of this program, audits its log, its checkpoints and its proofs."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onrecord.proof import checkpoint, cosignature
from onrecord.proof.keys import COSIGNATURE_KIND, PrivateKey
from onrecord.record import keys, pages
from onrecord.record.models import Leaf
from tests.peers.cast import peer, run
from tests.record.cast import ORIGIN, append_many

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SIZES = (1, 255, 256, 257, 700)
AUDIT = """
import sys
from aics_tlog.tiles import FileSystemTileReader
from aics_tlog.verified import audit_tiles
for size, root in zip(sys.argv[2::2], sys.argv[3::2]):
    report = audit_tiles(FileSystemTileReader(sys.argv[1]), int(size), bytes.fromhex(root))
    print(report.size, report.bundles)
"""


def _written(folder: Path) -> Path:
    """Write the files of the log as they are baked; return where the log is."""
    for file in pages.all_files():
        target = folder / file.path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.body)
    return folder / "log"


def _grown(folder: Path) -> list[tuple[int, bytes]]:
    """Grow the log step by step, writing its files after each, as a site does; return sizes and roots."""
    heads = []
    for size in SIZES:
        append_many([f"{number}" for number in range(pages.size(), size)])
        head = checkpoint.parse((_written(folder) / "checkpoint").read_bytes())
        heads.append((head.size, head.root))
        (folder / f"checkpoint.{size}").write_bytes((folder / "log/checkpoint").read_bytes())
    return heads


def test_every_size_of_the_log_is_audited_by_others(tmp_path: Path) -> None:
    python = peer("python")
    heads = [word for size, root in _grown(tmp_path) for word in (str(size), root.hex())]
    told = run(python, "-c", AUDIT, tmp_path / "log", *heads)
    assert told.splitlines() == [f"{size} {-(-size // 256)}" for size in SIZES]


def test_a_changed_tile_is_refused_by_others_too(tmp_path: Path) -> None:
    python = peer("python")
    append_many([f"{number}" for number in range(300)])
    head = checkpoint.parse((_written(tmp_path) / "checkpoint").read_bytes())
    tile = tmp_path / "log/tile/0/000"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    run(python, "-c", AUDIT, tmp_path / "log", str(head.size), head.root.hex(), code=1)


def test_checkpoints_and_proofs_are_verified_by_others(tmp_path: Path) -> None:
    aics = peer("aics-tlog")
    _grown(tmp_path)
    known = ("--log-key", keys.public_keys(ORIGIN).log.vkey, "--tiles", str(tmp_path / "log"))
    run(aics, "verify-checkpoint", *known)
    (tmp_path / "leaf").write_bytes(bytes(Leaf.objects.get(index=300).body))
    run(aics, "verify-inclusion", "--leaf", tmp_path / "leaf", "--index", "300", *known)
    run(aics, "verify-inclusion", "--leaf", tmp_path / "leaf", "--index", "301", *known, code=1)
    run(aics, "verify-consistency", "--old-checkpoint", tmp_path / "checkpoint.257", *known)


def test_cosignatures_are_verified_by_others(tmp_path: Path) -> None:
    aics = peer("aics-tlog")
    append_many(["one"])
    signed = pages.checkpoint_file().body
    text = signed.decode().partition("\n\n")[0] + "\n"
    witnesses = [
        PrivateKey(
            f"w{n}.example/witness", Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32), COSIGNATURE_KIND
        )
        for n in (1, 2)
    ]
    lines = [cosignature.sign(text, key, time=1_800_000_000).line() for key in witnesses]
    known = ["--log-key", keys.public_keys(ORIGIN).log.vkey, "--note", str(tmp_path / "note")]
    for key in witnesses:
        known += ["--witness-key", key.public.vkey]
    (tmp_path / "note").write_bytes(cosignature.with_lines(signed, *lines))
    run(aics, "verify-checkpoint", *known, "--quorum", "2")
    (tmp_path / "note").write_bytes(cosignature.with_lines(signed, lines[0]))
    run(aics, "verify-checkpoint", *known, "--quorum", "2", code=1)
