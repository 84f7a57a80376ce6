# SPDX-License-Identifier: Apache-2.0
"""`onrecord compare`: two views of one log, and the evidence when it has shown two histories."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.config import sources
from onrecord.config.cli import main
from onrecord.outbound import Response
from onrecord.proof import bundle, checkpoint, compare, merkle
from onrecord.proof.compare import Relation
from onrecord.proof.encoding import from_base64
from onrecord.proof.errors import WrongOrigin, WrongSignature
from tests.proof.cast import LOG_KEY, ORIGIN, OTHER_KEY, conformance
from tests.proof.small_log import SITE, SmallLog

KEY = LOG_KEY.public.vkey


def _log(count: int, *, other_history: bool = False) -> SmallLog:
    log = SmallLog()
    log.register()
    for number in range(1, count):
        title = "We lost" if other_history and number == 2 else "We won"
        log.publish(number, title=title)
    return log


def _folder(tmp_path: Path, name: str, log: SmallLog) -> Path:
    log.write(tmp_path / name)
    return tmp_path / name


def compared(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


def test_two_copies_of_one_state_are_the_same(tmp_path: Path) -> None:
    one, other = (_folder(tmp_path, name, _log(4)) for name in ("one", "other"))
    result = compared(one, other)
    assert result.exit_code == 0
    assert result.output.startswith("THE SAME: Size 4: both are over the same leaves.")


@pytest.mark.parametrize(("small", "large"), [(1, 7), (3, 4), (4, 8), (5, 300), (256, 300)])
def test_a_log_that_grew_is_consistent(tmp_path: Path, small: int, large: int) -> None:
    grown = _log(large)
    kept = tmp_path / "checkpoint"
    kept.write_bytes(grown.checkpoint(size=small))
    result = compared(kept, _folder(tmp_path, "site", grown))
    assert result.exit_code == 0, result.output
    assert f"CONSISTENT: The tree of {large} leaves continues that of {small}." in result.output
    told = json.loads(compared(tmp_path / "site", kept, "--json").stdout)
    merkle.verify_consistency(
        old_size=small,
        new_size=large,
        old_root=checkpoint.parse(kept.read_bytes()).root,
        new_root=checkpoint.parse(grown.checkpoint()).root,
        proof=[from_base64(value, what="A hash") for value in told["consistency_proof"]],
    )


def test_two_roots_of_one_size_are_evidence(tmp_path: Path) -> None:
    one, other = _folder(tmp_path, "one", _log(4)), _folder(tmp_path, "other", _log(4, other_history=True))
    file = tmp_path / "evidence.txt"
    result = compared(one, other, "--evidence", file)
    assert result.exit_code == 1
    assert result.output.startswith("TWO HISTORIES: Size 4: one size, two roots.")
    notes = file.read_bytes().split(compare.SEPARATOR)
    heads = [checkpoint.verify(kept, origin=ORIGIN, keys=[LOG_KEY.public]) for kept in notes]
    assert (heads[0].size, heads[0].root != heads[1].root) == (4, True)


@pytest.mark.parametrize("small", [3, 4, 6])
def test_a_kept_proof_that_the_log_does_not_continue_is_evidence(tmp_path: Path, small: int) -> None:
    """The reader kept a proof out of a history that the newsroom has since taken back."""
    taken_back = _log(small, other_history=True)
    kept, file = tmp_path / "1.tlog-proof", tmp_path / "evidence.txt"
    kept.write_bytes(taken_back.proof(1))
    result = compared(kept, _folder(tmp_path, "site", _log(9)), "--key", KEY, "--evidence", file)
    assert result.exit_code == 1, result.output
    assert f"The tree of 9 leaves does not begin with that of {small}." in result.output
    first, second, third = file.read_bytes().split(compare.SEPARATOR)
    heads = [checkpoint.verify(one, origin=ORIGIN, keys=[LOG_KEY.public]) for one in (first, second)]
    root, *proof = [from_base64(line, what="A hash") for line in third.decode().splitlines()[1:]]
    merkle.verify_consistency(old_size=small, new_size=9, old_root=root, new_root=heads[1].root, proof=proof)
    assert root != heads[0].root


def test_damaged_tiles_do_not_make_a_fork(tmp_path: Path) -> None:
    log = _log(8)
    site = _folder(tmp_path, "site", log)
    (tmp_path / "kept").write_bytes(log.checkpoint(size=5))
    tile = site / "log/tile/0/000.p/8"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    result = compared(tmp_path / "kept", site, "--key", KEY)
    assert result.exit_code == 2
    assert "Neither place shows tiles that lead to the larger tree" in result.output
    tile.unlink()
    assert compared(tmp_path / "kept", site, "--key", KEY).exit_code == 2


def test_a_strangers_log_of_the_same_name_is_no_evidence(tmp_path: Path) -> None:
    forged = SmallLog(log_key=OTHER_KEY)
    forged.publish(1)
    real = _log(4)
    (tmp_path / "forged").write_bytes(forged.checkpoint())
    site = _folder(tmp_path, "site", real)
    for arguments in ([tmp_path / "forged", site], [tmp_path / "forged", site, "--key", KEY]):
        result = compared(*arguments)
        assert result.exit_code == 2
        assert "TWO HISTORIES" not in result.output


def test_two_logs_cannot_be_compared() -> None:
    other = SmallLog("other.example/log")
    other.publish(1)
    with pytest.raises(WrongOrigin, match=r"These are two logs"):
        compare.compare(_log(2).checkpoint(), other.checkpoint(keys=(LOG_KEY,)))


def test_a_false_signature_is_refused() -> None:
    signed = _log(3).checkpoint()
    with pytest.raises(WrongSignature):
        compare.compare(signed, signed.replace(b"\n3\n", b"\n2\n"), trusted=[LOG_KEY.public])


def test_the_empty_log_is_continued_by_every_log() -> None:
    empty = checkpoint.sign(checkpoint.Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT), LOG_KEY)
    found = compare.compare(empty, _log(3).checkpoint(), trusted=[LOG_KEY.public])
    assert found.relation is Relation.CONSISTENT


def test_bundles_and_sites_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = _log(5)
    kept = tmp_path / "1.onrecord.zip"
    early = log.bundle(1, signed_checkpoint=log.checkpoint(size=3))
    kept.write_bytes(bundle.write(early, datetime(2026, 11, 24, tzinfo=UTC)))
    site = log.site()

    def fetch(url: str, **_options: object) -> Response:
        body = site.get(url.removeprefix(SITE))
        return Response(404 if body is None else 200, {}, body or b"", url)

    monkeypatch.setattr(sources, "fetch", fetch)
    assert compared(kept, SITE).exit_code == 0
    assert compared(f"{SITE}/log/checkpoint", SITE).exit_code == 0
    assert compared(f"{SITE}/nothing", SITE).exit_code == 2


@pytest.mark.conformance
def test_checkpoints_of_a_log_by_tessera_are_consistent() -> None:
    folder = conformance("tlog/tessera/testdata/log")
    key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
    for size in range(16):
        assert compared(folder / f"checkpoint.{size}", folder, "--key", key).exit_code == 0
