# SPDX-License-Identifier: Apache-2.0
"""Files below one directory, each text with a br and a gz twin, as WhiteNoise, nginx and Caddy serve them."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import brotli

try:
    from isal import isal_zlib
except ImportError:  # there is none for this machine: zlib does the same in four times the time
    isal_zlib = None  # type: ignore[assignment]  # asked below

from onrecord.bakery import addresses, generation, headers
from onrecord.bakery.errors import AddressTaken, MisleadingName, WriteOnceRefused
from onrecord.bakery.pages import File
from onrecord.bakery.targets import durable

TEMPORARY = ".baking-"
"""How the names of unfinished files begin; no server gives out a name that begins with a dot."""

# Measured: docs/decisions/compression-of-baked-pages.md
BROTLI_QUALITY, BROTLI_QUALITY_SMALL = 5, 2
SMALL = 32 * 1024
"""Bytes. Compressed, so much arrives in the first packets whichever quality it has."""
BROTLI_WINDOW, BROTLI_WINDOW_LARGE = 16, 22
"""Bits. Files of up to 64 KiB come out as small with the first as with the second, in 0.6 of the time."""
BROTLI_QUALITY_KEPT = 11
KEPT_UP_TO = 128 * 1024
GZIP_LEVEL, GZIP_LEVEL_ISAL = 3, 2
WORTH_COMPRESSING = 200
LEFT_PLAIN = ".tlog-proof"
"""Mostly hashes, and small enough for one packet as it is."""


class DirectoryTarget:
    """A directory on this machine; see `Target` for what it promises."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = f"{root}/"

    def check(self, file: File) -> None:
        """Refuse an address that is not plain, and a name that says another type or lifetime."""
        addresses.check(file.path)
        says = headers.media_type_of(file.path)
        if file.media_type.partition(";")[0].strip() != says.partition(";")[0]:
            raise MisleadingName(
                f"{file.path} is to be {file.media_type!r}, but by its name every server sends {says!r}. "
                "Choose another name, or add the name or its ending to onrecord/bakery/headers.py, "
                "docs/serving/nginx.conf and docs/serving/Caddyfile."
            )
        if headers.cache_control_of(file.path) == headers.YEAR and not file.immutable:
            raise MisleadingName(
                f"{file.path} may change, but by its name every server lets readers keep it for a year. "
                "Bake it as immutable, or choose a name without a run of eight or more hexadecimal digits."
            )

    def write(self, *files: File) -> int:
        """Write files and their twins, unless they are there already; those that are written once first."""
        for file in files:
            self.check(file)
        written = self._write_once([file for file in files if file.immutable])
        for file in files:
            if not file.immutable:
                written += self._write(file)
        return written

    def _write(self, file: File) -> bool:
        path, twins = self._places(file)
        present = _read(path, file.path)
        if present == file.body:
            return _write_twins(file, _missing(twins))
        # No twin may be there while the main file changes: killed at any point, what is left is consistent.
        if present is not None:
            for twin in twins.values():
                _unlink(twin)
        _replace(path, file.body, file.path)
        _write_twins(file, twins)
        return True

    def _write_once(self, files: list[File]) -> int:
        """Write all unfinished, wait until they are on the disk, name them, wait for the names."""
        written = 0
        missing: list[tuple[str, File]] = []
        for file in files:
            path, twins = self._places(file)
            present = _read(path, file.path)
            if present is None:
                missing.append((path, file))
            elif present == file.body:
                written += _write_twins(file, _missing(twins))
            else:
                raise _refused(file, present)
        unfinished: list[str] = []
        try:
            for path, file in missing:
                unfinished.append(_write_temporary(path, file.body, file.path))
            durable.wait_for(self._base, unfinished)
            for temporary, (path, file) in zip(unfinished, missing, strict=True):
                _name(temporary, path, file.path)
                _write_twins(file, self._places(file)[1])
        except BaseException:
            for temporary in unfinished:
                _unlink(temporary)
            raise
        durable.wait_for(self._base, {folder for path, _ in missing for folder in self._folders_of(path)})
        return written + len(missing)

    def _places(self, file: File) -> tuple[str, dict[str, str]]:
        """Return where a file goes, and each of its twins by its content coding."""
        path = self._base + addresses.file_name(file.path)
        if not headers.is_text(file.path):
            return path, {}
        return path, {coding: path + ending for coding, ending in addresses.TWINS.items()}

    def _folders_of(self, path: str) -> Iterator[str]:
        while len(path := os.path.dirname(path)) >= len(self._base) - 1:  # noqa: PTH120
            yield path

    def remove(self, address: str) -> bool:
        """Remove a file, its twins first, and the folders that become empty."""
        path = self._base + addresses.file_name(address)
        for ending in addresses.TWINS.values():
            _unlink(path + ending)
        removed = _unlink(path)
        self._remove_empty_folders(path)
        return removed

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield the name of every file below the directory, and the address it serves."""
        for name in self._names(self._base):
            main, ending = os.path.splitext(name)  # noqa: PTH122
            yield name, addresses.address_of(main if ending in addresses.TWINS.values() else name)

    def discard(self, name: str) -> None:
        """Remove one file of the directory, whatever it is."""
        _unlink(self._base + name)
        self._remove_empty_folders(self._base + name)

    def announce(self) -> None:
        """Bump the counter that servers of this directory watch."""
        generation.bump(self.root)

    def _remove_empty_folders(self, path: str) -> None:
        folder = os.path.dirname(path)  # noqa: PTH120  # a Path for each file costs more than the removal
        while len(folder) > len(self._base):
            try:
                os.rmdir(folder)  # noqa: PTH106
            except FileNotFoundError:
                pass  # another process was first
            except OSError:
                return  # not empty
            folder = os.path.dirname(folder)  # noqa: PTH120

    def _names(self, folder: str) -> Iterator[str]:
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        yield from self._names(entry.path)
                    else:
                        yield entry.path[len(self._base) :]
        except FileNotFoundError:
            return  # removed by another process, or nothing was ever baked


def compress(body: bytes, coding: str, address: str) -> bytes:
    """Return the body in a content coding, as hard as it pays for a file of this address."""
    if coding == "gzip":
        return _gzip(body)
    kept = len(body) <= KEPT_UP_TO and headers.is_named_by_content(address)
    quality = BROTLI_QUALITY_SMALL if len(body) <= SMALL else BROTLI_QUALITY
    quality = BROTLI_QUALITY_KEPT if kept else quality
    window = BROTLI_WINDOW if len(body) <= 1 << BROTLI_WINDOW else BROTLI_WINDOW_LARGE
    compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality, lgwin=window)
    return compressed


def _with_isal(body: bytes) -> bytes:
    compressed: bytes = isal_zlib.compress(body, GZIP_LEVEL_ISAL, 31)
    return compressed


def _with_zlib(body: bytes) -> bytes:
    return zlib.compress(body, GZIP_LEVEL, 31)


_gzip: Callable[[bytes], bytes] = _with_isal if isal_zlib else _with_zlib


def _read(path: str, address: str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError) as error:
        raise _clash(address) from error


def _missing(twins: dict[str, str]) -> dict[str, str]:
    return {coding: twin for coding, twin in twins.items() if not os.path.exists(twin)}  # noqa: PTH110


def _write_twins(file: File, twins: dict[str, str]) -> bool:
    """Write these compressed twins, each under the name given for its content coding."""
    wrote = False
    if len(file.body) < WORTH_COMPRESSING or file.path.endswith(LEFT_PLAIN):
        return wrote
    for coding, twin in twins.items():
        compressed = compress(file.body, coding, file.path)
        if len(compressed) < len(file.body):
            _replace(twin, compressed, file.path)
            wrote = True
    return wrote


def _replace(path: str, body: bytes, address: str) -> None:
    """Put a whole new file in the place of the old one."""
    _name(_write_temporary(path, body, address), path, address)


def _write_temporary(path: str, body: bytes, address: str) -> str:
    folder = os.path.dirname(path)  # noqa: PTH120
    temporary = f"{folder}/{TEMPORARY}{os.urandom(8).hex()}"
    descriptor = _create(temporary, folder, address)
    try:
        view = memoryview(body)
        while view:
            view = view[os.write(descriptor, view) :]
    except BaseException:
        _unlink(temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _name(temporary: str, path: str, address: str) -> None:
    try:
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException as error:
        _unlink(temporary)
        if isinstance(error, IsADirectoryError):
            raise _clash(address) from error
        raise


def _create(temporary: str, folder: str, address: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    for _ in range(100):
        try:
            return os.open(temporary, flags, 0o644)
        except FileNotFoundError:
            # The folder is new, or another process removed it just now because it was empty.
            with suppress(FileNotFoundError):
                _make_folder(folder, address)
    raise OSError(f"The folder {folder} disappears as fast as it is made. Is another program removing it?")


def _make_folder(folder: str, address: str) -> None:
    try:
        try:
            os.mkdir(folder, 0o755)  # noqa: PTH102  # mostly the one above it is there, and this is quicker
        except (FileNotFoundError, FileExistsError):
            os.makedirs(folder, mode=0o755, exist_ok=True)  # noqa: PTH103
    except (FileExistsError, NotADirectoryError) as error:
        if any(parent.is_file() for parent in (Path(folder), *Path(folder).parents)):
            raise _clash(address) from error
        # Otherwise it was there a moment ago, and another process has removed it since: try again.


def _unlink(path: str) -> bool:
    try:
        os.unlink(path)  # noqa: PTH108
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _refused(file: File, present: bytes) -> WriteOnceRefused:
    return WriteOnceRefused(
        f"{file.path} is written once and holds sha256 {_sha256(present)}; "
        f"the bytes to write now have sha256 {_sha256(file.body)}. "
        "Give the new bytes an address of their own, or find out what altered the file."
    )


def _clash(address: str) -> AddressTaken:
    return AddressTaken(
        f"{address} cannot be written: one part of it is a file where a folder is needed, or a folder where "
        "a file is needed. Two pages want the same name; rename one of them."
    )


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
