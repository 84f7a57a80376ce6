# SPDX-License-Identifier: Apache-2.0
"""Measure a large log: appends, time to a proof, bytes per leaf, and audits beside those of aics-tlog.

    ./run bench log [--leaves 1000000] [--editions 10000]

Bakes an archive of real editions and audits it whole; then grows its log with leaves that stand for nothing.
Uses a data directory of its own, or ONRECORD_DATABASE_URL (an empty database). aics-tlog audits the same
files if tests/peers/install has fetched it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

APPENDS, PROOFS, COLD_PROOFS = 256, 500, 50
BATCH = 5_000
ROUNDS = 3
MOMENT = datetime(2026, 11, 24, 8, tzinfo=UTC)
PEER = Path(__file__).parents[1] / ".peers" / "bin" / "python"

AUDIT_BY_OTHERS = """
import sys, time, json
from aics_tlog.tiles import FileSystemTileReader
from aics_tlog.verified import audit_tiles
clock, cpu = time.perf_counter(), time.process_time()
report = audit_tiles(FileSystemTileReader(sys.argv[1]), int(sys.argv[2]), bytes.fromhex(sys.argv[3]))
print(json.dumps([report.size, time.perf_counter() - clock, time.process_time() - cpu]))
"""


def main() -> None:
    """Print the figures, each as soon as it is known."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--leaves", type=int, default=1_000_000)
    arguments.add_argument("--editions", type=int, default=10_000)
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["ONRECORD_HOME"] = home
        from onrecord.config import django_setup

        django_setup.load()
        from bench import archive
        from onrecord.people.models import Organisation

        archive.prepare()
        archive.grow(wanted.editions)
        _measure_whole_audit()
        origin = Organisation.current().origin
        _grow_to(wanted.leaves, origin)
        _measure_appends(origin)
        _measure_proofs(origin)
        files = Path(home) / "measured"
        _measure_size(files)
        _measure_tree(files)


def _measure_whole_audit() -> None:
    """Audit everything: tree, signatures, openings, edition files, proofs, bundles."""
    from onrecord.bakery import actions
    from onrecord.proof import checkpoint
    from onrecord.proof.audit import Audit
    from onrecord.record import keys, register

    register.bring_up_to_date()
    actions.bake_all()
    site = actions.site_directory()
    head = checkpoint.parse((site / "log/checkpoint").read_bytes())
    public = keys.public_keys(head.origin)
    audit = Audit(partial(_read_many, site), trusted=(public.log, public.release))
    cpu = time.process_time()
    defects = list(audit.defects())
    taken = time.process_time() - cpu
    assert defects == [], defects[:3]
    assert audit.undecided == []
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(
        "audit of everything",
        f"{head.size / taken:,.0f} editions a second",
        f"{head.size:,} editions, no defects, {peak:.0f} MB",
    )
    if PEER.exists():
        _audited_by_others(site / "log", head.size, head.root)
        _say("  aics-tlog", "accepts their log")


def _grow_to(size: int, origin: str) -> None:
    """Fill the log through the record's own growth, without a journal entry for each leaf."""
    from django.db import transaction

    from onrecord.record import actions, pages
    from onrecord.record.models import Leaf, Node, Opening

    started, before = time.perf_counter(), pages.size()
    while (have := pages.size()) < size:
        new = [actions.NewLeaf(*_leaf(number)) for number in range(have, min(size, have + BATCH))]
        with transaction.atomic():
            head = actions.lock_head(origin)
            signers = actions._keys(head, None)
            leaves, nodes, edge = actions._grow(head, new, signers)
            Leaf.objects.bulk_create(leaves, batch_size=500)
            Opening.objects.bulk_create(map(actions._opening, leaves, new), batch_size=500)
            Node.objects.bulk_create(nodes, batch_size=500)
            actions._advance(head, edge)
            actions._sign(head, signers)
    taken = time.perf_counter() - started
    _say("leaves", f"{pages.size():,}", f"grown in bulk at {(pages.size() - before) / taken:,.0f} a second")


def _leaf(number: int) -> tuple[bytes, bytes, str, datetime]:
    digest = hashlib.sha256(f"{number}".encode()).digest()
    return digest, digest, f"/measured/{number}/1.json", MOMENT


def _measure_appends(origin: str) -> None:
    from onrecord.record import actions, pages

    size = pages.size()
    append = partial(actions.append_all, origin=origin)
    one = [_timed(partial(append, [actions.NewLeaf(*_leaf(n))])) for n in range(size, size + APPENDS)]
    _say(
        "append one",
        f"{1 / statistics.mean(one):,.0f} a second",
        f"median {statistics.median(one) * 1000:.1f} ms",
    )
    some = range(size + APPENDS, size + 2 * APPENDS)
    taken = _timed(partial(append, [actions.NewLeaf(*_leaf(number)) for number in some]))
    _say(f"append {APPENDS} at once", f"{APPENDS / taken:,.0f} a second")


def _measure_proofs(origin: str) -> None:
    from onrecord.proof import tlogproof
    from onrecord.record import keys, pages
    from onrecord.record.models import Leaf

    size, chance = pages.size(), random.Random(1)
    indexes = [chance.randrange(size) for _ in range(PROOFS)]
    cold = []
    for index in indexes[:COLD_PROOFS]:
        pages._tile_tree.cache_clear()
        cold.append(_timed(partial(pages.proof_for, index)))
    warm = sorted(_timed(partial(pages.proof_for, index)) for index in indexes)
    public = keys.public_keys(origin)
    for index in indexes[:5]:
        body = bytes(Leaf.objects.get(index=index).body)
        tlogproof.parse(pages.proof_for(index)).verify(body, origin=origin, keys=[public.log])
    _say(
        "proof",
        f"median {statistics.median(warm) * 1000:.2f} ms",
        f"p95 {warm[int(0.95 * PROOFS)] * 1000:.2f} ms,"
        f" nothing cached {statistics.median(cold) * 1000:.2f} ms (aim < 5)",
    )


def _measure_size(site: Path) -> None:
    from onrecord.record import pages

    sizes = {"tiles": 0, "entries": 0, "openings": 0}
    files, started = 0, time.perf_counter()
    for file in pages.all_files():
        target = site / file.path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.body)
        files += 1
        for part, mark in (("entries", "/tile/entries/"), ("tiles", "/tile/"), ("openings", "/open/")):
            if mark in file.path:
                sizes[part] += len(file.body)
                break
    told = ", ".join(f"{part} {size / pages.size():.1f}" for part, size in sizes.items())
    _say("bytes per leaf", told, f"{files:,} files, written in {time.perf_counter() - started:.0f} s")


def _measure_tree(site: Path) -> None:
    """Audit tiles, entries and root: the same work as aics-tlog does, on the same files, by turns."""
    from onrecord.proof import checkpoint
    from onrecord.proof.tree import Entries, TreeWalk

    head = checkpoint.parse((site / "log/checkpoint").read_bytes())

    ours, theirs = [], []
    for _ in range(ROUNDS):
        clock, cpu = time.perf_counter(), time.process_time()
        walk = TreeWalk(head.size, head.root, lambda path: _bytes(site / "log" / path))
        walked = sum(len(found.entries) if isinstance(found, Entries) else -head.size for found in walk)
        assert walked == head.size
        ours.append((time.perf_counter() - clock, time.process_time() - cpu))
        if PEER.exists():
            theirs.append(_audited_by_others(site / "log", head.size, head.root))
    mine = min(cpu for _, cpu in ours)
    _say(
        "audit of the tree",
        f"{head.size / mine:,.0f} leaves a second",
        f"by the clock {head.size / min(ours)[0]:,.0f}",
    )
    if theirs:
        others = min(cpu for _, cpu in theirs)
        _say(
            "  aics-tlog",
            f"{head.size / others:,.0f} leaves a second",
            f"by the clock {head.size / min(theirs)[0]:,.0f}",
        )
        _say("  ratio", f"{others / mine:.2f} (aim ≥ 1)", f"by the clock {min(theirs)[0] / min(ours)[0]:.2f}")


def _audited_by_others(log: Path, size: int, root: bytes) -> tuple[float, float]:
    command = [str(PEER), "-c", AUDIT_BY_OTHERS, str(log), str(size), root.hex()]
    audited, clock, cpu = json.loads(subprocess.check_output(command))
    assert audited == size
    return clock, cpu


def _read_many(folder: Path, paths: Sequence[str]) -> list[bytes | None]:
    return [_bytes(folder / path.lstrip("/")) for path in paths]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _timed(work: Callable[[], object]) -> float:
    clock = time.perf_counter()
    work()
    return time.perf_counter() - clock


def _say(name: str, value: str, more: str = "") -> None:
    print(f"{name:<22}{value:<44}{more}", flush=True)
