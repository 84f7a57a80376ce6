# SPDX-License-Identifier: Apache-2.0
"""What could not be written leaves nothing behind: it may be a copy of somebody's press card."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.config import environment, home
from onrecord.delivery import keyfile
from onrecord.federation.signatures import keys as federation
from onrecord.moderation import files as appealed
from onrecord.press.accreditation import files as applied
from onrecord.press.coverage.actions import copying
from onrecord.record import durably

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

CARD = b"%PDF-1.7 card"


@pytest.mark.parametrize(
    "keep",
    [
        lambda home: durably.replace(home / "note", CARD),
        lambda _home: appealed.keep([appealed.Checked("card.pdf", "application/pdf", CARD)]),
        lambda _home: applied.keep([applied.Checked("card.pdf", "application/pdf", CARD)]),
        lambda home: copying._write(home / "coverage" / "page", CARD),
    ],
    ids=["record", "appeal", "accreditation", "coverage"],
)
def test_what_a_full_disk_did_not_take_is_not_left_in_part(
    keep: Callable[[Path], None], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            keep(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    keep(tmp_path)
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (CARD, 0o600)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: federation.ed25519_key(folder / "press-1-ed25519.pem"),
        lambda _folder: keyfile.key("doors.key"),
    ],
    ids=["federation", "delivery"],
)
def test_a_new_key_and_its_name_are_on_the_disk_before_anybody_uses_it(
    make: Callable[[Path], object], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    kept: list[bool] = []

    def note(descriptor: int) -> None:
        kept.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(os, "fsync", note)
    make(tmp_path / "keys")
    assert kept == [False, True], "first the file, then the folder that names it"


def test_the_key_of_sessions_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda _descriptor: named.append((tmp_path / "secret_key").exists()))
    assert home.secret_key(environment.read({}), tmp_path)
    assert named == [False]
