# SPDX-License-Identifier: Apache-2.0
"""The data directory: where it is, what it holds, and who may use it.

onrecord.sqlite3   the database, unless it is PostgreSQL
site/              the public site, baked; can be made again
media/             files that were added at the desk
keys/              private signing keys
static/            styles and scripts of the desk; can be made again
secret_key         signs sessions
version            the newest version of OnRecord that wrote here
prepared           what the database and static/ were last prepared for; can be made again
lock               held by the program that is running
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onrecord import __version__
from onrecord.config.environment import Environment
from onrecord.config.errors import HomeError

FREE_BYTES_NEEDED = 200 * 1024 * 1024
LEFTOVER_SECONDS = 35.0
"""How long to wait for what is left of a program that was killed; it has 30 seconds to finish its work."""
PRIVATE = 0o700
FOLDERS = {"site": 0o755, "media": 0o755, "keys": PRIVATE, "static": 0o755}


def locate(environment: Environment) -> Path:
    """Return the data directory, made if it is missing. Raise HomeError when that is impossible."""
    path = Path(environment.home).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(path, error) from None
    return path


def secret_key(environment: Environment, home: Path) -> str:
    """Return the key that signs sessions; make one on first use."""
    if environment.secret_key:
        return environment.secret_key
    path = home / "secret_key"
    with suppress(FileExistsError):
        _write_private(path, secrets.token_urlsafe(48))
    try:
        key = path.read_text(encoding="ascii")
    except OSError as error:
        raise _unusable(home, error) from None
    if not key:
        raise HomeError(
            f"{path} is empty, as a power failure may leave it. Put it back from a backup, or remove it: "
            "then a new key is made, and everybody at the desk has to sign in again."
        )
    return key


def refuse_newer(home: Path) -> None:
    """Raise HomeError when a newer version of OnRecord wrote this directory."""
    path = home / "version"
    try:
        written = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return
    except OSError as error:
        raise HomeError(
            f"{path} cannot be read: {error.strerror or error}. Change its owner or permissions: it tells"
            f" which version of OnRecord wrote {home} last."
        ) from None
    if _order(written) > _order(__version__):
        raise HomeError(
            f"{home} was written by OnRecord {written}; this is OnRecord {__version__}, which is older. "
            f"Install {written} or newer, or restore a backup made with {__version__}."
        )


def refuse_unusable(home: Path) -> None:
    """Raise HomeError when the data directory cannot be written, or its disk is full or nearly so."""
    probe = home / ".probe"
    try:
        free = shutil.disk_usage(home).free
        if free < FREE_BYTES_NEEDED:
            raise HomeError(
                f"The disk that holds {home} has {free // 2**20} MiB left; "
                f"OnRecord needs {FREE_BYTES_NEEDED // 2**20} MiB to start. Make room, or use another disk."
            )
        probe.write_bytes(b"\0" * 4096)
        probe.unlink()
    except OSError as error:
        raise _unusable(home, error) from None


@contextmanager
def open_home(home: Path) -> Iterator[None]:
    """Hold the data directory for this process and its children.

    Raise HomeError when it is not writable, the disk is full, a newer version wrote it, or another
    process holds it. The lock is inherited: it ends when the last process of the program has ended.
    """
    lock = _locked(home)
    try:
        refuse_newer(home)
        refuse_unusable(home)
        try:
            for name, mode in FOLDERS.items():
                (home / name).mkdir(mode=mode, exist_ok=True)
            _replace(home / "version", __version__ + "\n")
        except OSError as error:
            raise _unusable(home, error) from None
        yield
    finally:
        os.close(lock)


def _locked(home: Path) -> int:
    path = home / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(home, error) from None
    until = time.monotonic() + LEFTOVER_SECONDS
    while not _flocked(descriptor):
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        if (holder.isdigit() and _alive(int(holder))) or time.monotonic() > until:
            os.close(descriptor)
            raise _held(home, holder)
        time.sleep(0.1)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    except OSError as error:
        os.close(descriptor)
        raise _unusable(home, error) from None
    return descriptor


def _flocked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held(home: Path, holder: str) -> HomeError:
    if holder.isdigit() and _alive(int(holder)):
        return HomeError(
            f"{home} is in use by another process, number {holder}. "
            f"Stop it first, or give this one a directory of its own with ONRECORD_HOME."
        )
    return HomeError(
        f"{home} is in use by what is left of process {holder or 'unknown'}, which has ended. "
        "It has been finishing its work for a long time; see what it is doing, or end it."
    )


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _unusable(home: Path, error: OSError) -> HomeError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return HomeError(f"The disk that holds {home} is full. Make room, or use another disk.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return HomeError(
            f"{home} cannot be written: {error.strerror}. Give user {os.geteuid()} the right to write there, "
            "or choose another directory with ONRECORD_HOME."
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return HomeError(f"{home} is not a directory. Choose another place with ONRECORD_HOME.")
    return HomeError(f"{home} cannot be used: {error.strerror}. Choose another directory with ONRECORD_HOME.")


def _write_private(path: Path, text: str) -> None:
    """Write a new file, readable by its owner alone, complete or not at all; raise FileExistsError."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise _unusable(path.parent, error) from None
    finally:
        partial.unlink(missing_ok=True)


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Order versions as 0.1.0 < 0.2.0rc1 < 0.2.0."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    if not numbers:
        return (), False
    return tuple(int(part) for part in numbers.group().split(".")), numbers.end() == len(version)
