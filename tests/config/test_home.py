# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord import __version__
from onrecord.config import environment
from onrecord.config.errors import HomeError
from onrecord.config.home import locate, open_home, refuse_newer, secret_key

DEFAULTS = environment.read({})


def test_opening_makes_what_is_missing_and_notes_the_version(tmp_path: Path) -> None:
    with open_home(tmp_path):
        assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {
            "site",
            "media",
            "keys",
            "static",
        }
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
        assert (tmp_path / "version").read_text().strip() == __version__


def test_a_directory_that_another_process_holds_is_refused_with_its_number(tmp_path: Path) -> None:
    hold = f"import sys; from onrecord.config.home import *\nwith open_home(Path({str(tmp_path)!r})):\n"
    hold += " print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HomeError) as refusal, open_home(tmp_path):
            pass
        holder.kill()
    assert f"{tmp_path} is in use by another process, number {holder.pid}." in str(refusal.value)
    with open_home(tmp_path):
        assert int((tmp_path / "lock").read_text()) == os.getpid()


def test_an_empty_key_of_sessions_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(HomeError, match="is empty, as a power failure may leave it") as refusal:
        secret_key(DEFAULTS, tmp_path)
    assert "remove it: then a new key is made" in str(refusal.value)


def test_a_directory_written_by_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("99.1.0\n")
    with pytest.raises(HomeError) as refusal, open_home(tmp_path):
        pass
    assert f"was written by OnRecord 99.1.0; this is OnRecord {__version__}, which is older." in str(
        refusal.value
    )
    assert (tmp_path / "version").read_text() == "99.1.0\n"


@pytest.mark.parametrize("version", ["0.0.9", __version__, f"{__version__}rc1"])
def test_a_directory_written_by_an_older_version_is_opened(tmp_path: Path, version: str) -> None:
    (tmp_path / "version").write_text(version)
    refuse_newer(tmp_path)


def test_a_version_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "version").write_bytes(b"\xff\xfe\x00")
    refuse_newer(tmp_path)  # no version at all: nothing says that it is newer
    (tmp_path / "version").unlink()
    (tmp_path / "version").mkdir()
    with pytest.raises(HomeError, match=r"version cannot be read"):
        refuse_newer(tmp_path)


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / ".probe").symlink_to("/dev/full")
    with pytest.raises(HomeError) as refusal, open_home(tmp_path):
        pass
    assert str(refusal.value) == f"The disk that holds {tmp_path} is full. Make room, or use another disk."


def test_a_disk_that_is_nearly_full_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.config.home.FREE_BYTES_NEEDED", 2**62)
    with (
        pytest.raises(HomeError, match=r"MiB left; OnRecord needs \d+ MiB to start. Make room"),
        open_home(tmp_path),
    ):
        pass


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "file" / "data"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeError, match="is not a directory"):
        locate(replace(DEFAULTS, home=str(place)))


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Without the privileges of the system's administrator, who may write everywhere."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(65534)
    yield
    if privileged:
        os.seteuid(0)


def test_a_directory_without_permission_is_refused(tmp_path: Path, as_nobody: None) -> None:
    if os.geteuid() != 65534:
        tmp_path.chmod(0o500)
    with pytest.raises(HomeError, match="cannot be written: Permission denied"), open_home(tmp_path):
        pass


def test_a_read_only_directory_is_refused() -> None:
    with pytest.raises(HomeError, match="Choose another directory with ONRECORD_HOME"):
        locate(replace(DEFAULTS, home="/proc/onrecord"))


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = secret_key(DEFAULTS, tmp_path)
    assert len(key) >= 50
    assert secret_key(DEFAULTS, tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
