# SPDX-License-Identifier: Apache-2.0
"""VERIFY.txt is run as readers run it: by bash, in a folder that holds nothing but the bundle."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.proof import checkpoint, cosignature, instructions
from onrecord.proof.bundle import Bundle
from tests.proof.cast import LOG_KEY, RELEASE_KEY
from tests.proof.small_log import SECOND_LOG_KEY, WITNESSES, SmallLog

pytestmark = [pytest.mark.slow, pytest.mark.once]

REPORT = b"%PDF-1.4 not a real report"
NAME = "it's the report.pdf"


def run(folder: Path, script: bytes) -> subprocess.CompletedProcess[str]:
    """Run the commands where the bundle is unpacked."""
    return subprocess.run(
        ["bash"],
        input=script.decode(),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )


def failures(folder: Path, script: bytes) -> list[str]:
    """Return which steps fail."""
    done = run(folder, script)
    found = [line.removeprefix("FAILS: ") for line in done.stdout.splitlines() if line.startswith("FAILS")]
    assert bool(found) == bool(done.returncode), done
    return found


def unpack(bundle: Bundle, folder: Path) -> bytes:
    """Write a bundle's members and return its instructions."""
    for name, content in bundle.members():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return instructions.write(bundle)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """An edition with an attachment, in a log with root keys and witnesses."""
    log = SmallLog()
    log.register(threshold=2, roots=3, witnesses=[key.public.vkey for key in WITNESSES])
    for number in range(1, 6):
        log.publish(number)
    file = {
        "name": NAME,
        "type": "application/pdf",
        "size": len(REPORT),
        "sha256": hashlib.sha256(REPORT).hexdigest(),
    }
    index = log.publish(
        6, files=[file], title="Safe$(touch stolen)`touch stolen`'; touch stolen; #\u2028touch stolen"
    )
    log.publish(7)
    return replace(log.bundle(index, signed_checkpoint=log.checkpoint(witnesses=2)), files={NAME: REPORT})


def test_every_step_holds_with_openssl_alone(bundle: Bundle, tmp_path: Path) -> None:
    done = run(tmp_path, unpack(bundle, tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    assert "FAILS" not in done.stdout
    for step in (
        "this statement and the nonce have the commitment",
        "the release key signed",
        "the way leads to the root",
        "the log key signed the checkpoint",
        "the register of keys and the nonce have the commitment",
        "news.example.org/log/root/anna signed",
        "two.example/witness saw it, 2027-01-15 08:00:00 UTC",
        NAME,
    ):
        assert f"holds: {step}\n" in done.stdout
    assert "never that it is true" in done.stdout
    assert not (tmp_path / "stolen").exists(), "what an edition says is no command"


@pytest.mark.parametrize("size", [1, 7, 13])
def test_the_way_up_is_right_for_every_place_in_the_tree(size: int, tmp_path: Path) -> None:
    log = SmallLog()
    for number in range(size):
        log.publish(number)
    for index in {0, size // 2, size - 1}:
        script = instructions.write(log.bundle(index), keys=[LOG_KEY.public, RELEASE_KEY.public])
        unpack(log.bundle(index), tmp_path)
        assert failures(tmp_path, script) == []


Change = Callable[[bytes], bytes]


def swapped(old: bytes, new: bytes) -> Change:
    """Replace some bytes that must be there."""

    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def other_hash(data: bytes) -> bytes:
    """Change the first hash of a proof."""
    lines = data.split(b"\n")
    lines[3] = (b"A" if lines[3][:1] != b"A" else b"B") + lines[3][1:]
    return b"\n".join(lines)


def other_signature(line: int) -> Change:
    """Change a signature in the last lines of a note."""

    def change(data: bytes) -> bytes:
        lines = data.split(b"\n")
        at = lines[line]
        lines[line] = at[:-20] + (b"A" if at[-20:-19] != b"A" else b"B") + at[-19:]
        return b"\n".join(lines)

    return change


@pytest.mark.parametrize(
    ("member", "change", "step"),
    [
        ("edition.json", swapped(b'"en"', b'"fr"'), "this statement and the nonce have the commitment"),
        ("edition.tlog-proof", swapped(b"\nindex 6", b"\nindex 5"), "the proof is of entry 6"),
        ("edition.tlog-proof", other_hash, "the way leads to the root"),
        ("edition.tlog-proof", swapped(b"/log\n8\n", b"/log\n9\n"), "the checkpoint has this root"),
        ("edition.tlog-proof", other_signature(-4), "the log key signed the checkpoint"),
        ("edition.tlog-proof", other_signature(-2), "two.example/witness saw it"),
        ("register.json", swapped(b"Elmford", b"Elmfort"), "the register of keys and the nonce"),
        ("register.json", swapped(b'"active"', b'"actual"'), "the register lists this key"),
        ("register.tlog-proof", other_hash, "the way leads to the root"),
        ("register.note", other_signature(-2), "news.example.org/log/root/ben signed"),
        (f"files/{NAME}", swapped(b"real", b"true"), NAME),
    ],
)
def test_a_changed_byte_makes_the_step_fail_that_looks_at_it(
    bundle: Bundle, tmp_path: Path, member: str, change: Change, step: str
) -> None:
    script = unpack(bundle, tmp_path)
    target = tmp_path / member
    target.write_bytes(change(target.read_bytes()))

    found = failures(tmp_path, script)
    assert [one for one in found if one.startswith(step)], found
    if not member.startswith("files/"):
        assert f"{member} is undamaged" in found


def test_a_missing_program_makes_steps_fail_and_never_hold(bundle: Bundle, tmp_path: Path) -> None:
    script = unpack(bundle, tmp_path).replace(b"openssl ", b"no-openssl ")

    found = failures(tmp_path, script)
    assert "the release key signed" in found
    assert "the way leads to the root" in found


def test_what_does_not_hold_gets_a_step_that_fails(bundle: Bundle, tmp_path: Path) -> None:
    log = SmallLog(log_key=SECOND_LOG_KEY)
    log.register()  # lists another log key than the one that signs
    script = unpack(log.bundle(log.publish(1)), tmp_path)

    assert failures(tmp_path, script) == ["a known log key signed the checkpoint"]


def test_the_instructions_say_what_they_do_not_prove(bundle: Bundle) -> None:
    log = SmallLog()
    plain = instructions.write(log.bundle(log.publish(1)), keys=[LOG_KEY.public, RELEASE_KEY.public]).decode()

    assert "DOES NOT PROVE: THAT WHAT IS SAID IS TRUE" in plain
    assert "There was no register of keys yet" in plain
    assert "No witness has signed this checkpoint" in plain
    full = instructions.write(bundle).decode()
    assert "dig +short TXT _onrecord.elmford.example" in full
    assert "curl -s https://news.example.org/register.json | cmp - register.json" in full
    assert max(map(len, (line for line in full.splitlines() if line.startswith("# ")))) <= 130


def test_a_witness_whose_clock_is_absurd_does_not_stop_the_instructions(tmp_path: Path) -> None:
    log = SmallLog()
    log.register(threshold=2, roots=3, witnesses=[key.public.vkey for key in WITNESSES])
    index = log.publish(1)
    signed = log.checkpoint()
    line = cosignature.sign(checkpoint.parse(signed).text(), WITNESSES[0], time=2**62).line()
    proof = log.proof(index, cosignature.with_lines(signed, line))
    seen = replace(log.bundle(index), proof=proof)
    done = run(tmp_path, unpack(seen, tmp_path))
    assert f"saw it, {2**62} seconds after 1970" in done.stdout
    assert "FAILS" not in done.stdout
