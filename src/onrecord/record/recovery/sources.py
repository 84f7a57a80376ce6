# SPDX-License-Identifier: Apache-2.0
"""Where the files of a published log are read from. Nothing that comes from here is believed unchecked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings

from onrecord.outbound import fetch
from onrecord.outbound.errors import OutboundError
from onrecord.record.errors import NotThere, SourceSilent

INDEX = "index.html"
LARGEST = 1 << 30
"""Bytes of one file; attachments may be large."""
SECONDS = 60.0
TRIES = 3
AT_ONCE = 8
AHEAD = 64
"""Files that are read before they are wanted."""


class Source(Protocol):
    """Something that holds files of a site by their address, as `/log/checkpoint` or `/s/2026/water/1/`."""

    @property
    def name(self) -> str:
        """What an operator calls it."""

    def read(self, address: str) -> bytes:
        """Return a file. Raises NotThere, or SourceSilent if that cannot be found out. Safe in threads."""


class Folder:
    """A copy of a baked site on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        if not self._folder.is_dir():
            raise SourceSilent(
                f"There is no folder {folder}. Name the folder of a copy of the site, which has"
                " log/checkpoint in it, or the address of a mirror, which begins with https://."
            )

    @property
    def name(self) -> str:
        """Return the folder."""
        return str(self._folder)

    def read(self, address: str) -> bytes:
        """Read a file below the folder, and none beside it."""
        path = (self._folder / _file_name(address)).resolve()
        if not path.is_relative_to(self._folder):
            raise NotThere(f"{address} is not in {self.name}.")
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise NotThere(f"{address} is not in {self.name}.") from error
        except OSError as error:
            raise SourceSilent(f"{path} cannot be read: {error.strerror}.") from error


class Web:
    """A site or a mirror of it, at a base address."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")

    @property
    def name(self) -> str:
        """Return the base address."""
        return self._base

    def read(self, address: str) -> bytes:
        """Fetch a file, with a few tries."""
        url = self._base + quote(address, safe="/")
        told = ""
        for _ in range(TRIES):
            try:
                answer = fetch(
                    url, limit=LARGEST, timeout=SECONDS, allow_private=settings.ALLOW_PRIVATE_ADDRESSES
                )
            except OutboundError as error:
                told = str(error)
                continue
            if answer.status == 200:
                return answer.body
            if answer.status in (404, 410):
                raise NotThere(f"{address} is not at {self.name} (status {answer.status}).")
            told = f"{url} answers with status {answer.status}."
        raise SourceSilent(f"{told} Nothing was changed; try again later, or name another mirror.")


class Kept:
    """What was read from another source once, kept in a folder: it is asked for each file only once."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source, self._folder = source, folder

    @property
    def name(self) -> str:
        """Return the name of the other source."""
        return self._source.name

    def read(self, address: str) -> bytes:
        """Read from the folder, or else from the source."""
        kept = self._folder / hashlib.sha256(address.encode()).hexdigest()
        try:
            return kept.read_bytes()
        except FileNotFoundError:
            body = self._source.read(address)
            kept.write_bytes(body)
            return body


def source_at(place: str) -> Source:
    """Return the source that an operator named: an address with http or https, or else a folder."""
    if urlsplit(place).scheme in ("http", "https"):
        return Web(place)
    return Folder(Path(place))


def read_ahead(source: Source, addresses: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Yield each address with its file, in order; several are on their way at a time. Raises as read does."""
    waiting = iter(addresses)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="recovery") as threads:
        while some := list(islice(waiting, AHEAD)):
            yield from zip(some, threads.map(source.read, some), strict=True)


def _file_name(address: str) -> str:
    name = address.lstrip("/")
    return name + INDEX if address.endswith("/") else name
