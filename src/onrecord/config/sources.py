# SPDX-License-Identifier: Apache-2.0
"""Where the files of a record are read from: a folder on this machine, or a site. Neither is believed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from onrecord.config.errors import ConfigError
from onrecord.outbound import OutboundError, fetch
from onrecord.outbound.addresses import Private

MAX_FILE = 2**24
TIMEOUT = 20.0
AT_A_TIME = 6
"""So many requests a polite client keeps going at one site."""


class SourceError(ConfigError):
    """Something cannot be read for a reason that lies in the machine or the network, not in the record."""


class Source(Protocol):
    """Files by their path on the site, as `/log/checkpoint`."""

    name: str

    def read(self, path: str, limit: int = MAX_FILE) -> bytes | None:
        """Return the bytes of a file; None if there is none. Raises SourceError if nobody can tell."""

    def read_many(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        """Return the bytes of several files, in order."""


class Folder:
    """A folder laid out like the site: a baked site, a mirror, or the files of a log alone."""

    def __init__(self, root: Path) -> None:
        """Read below `root`; nothing outside it is read, whatever a path or a link says."""
        self.root = root.resolve()
        self.name = str(root)

    def read(self, path: str, limit: int = MAX_FILE) -> bytes | None:
        """Return the bytes of a file; None if there is none."""
        target = self._inside(path)
        try:
            if target is None or not target.is_file():
                return None
            with target.open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise SourceError(f"{target} cannot be read: {error.strerror}.") from error
        return _limited(data, limit, str(target))

    def read_many(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        """Return the bytes of several files, in order."""
        return [self.read(path) for path in paths]

    def _inside(self, path: str) -> Path | None:
        target = self.root / path.lstrip("/")
        if ".." in target.parts or "\0" in path:
            return None
        # A link inside the folder may lead to another generation of the site, so only its end is looked at.
        resolved = target.resolve()
        return resolved if resolved.is_relative_to(self.root) else None


class Site:
    """A site, asked over HTTP."""

    def __init__(self, address: str, *, allow_private: Private = False) -> None:
        """Ask below `address`. Private addresses are asked only if the person at the keyboard named one."""
        self.name = address.rstrip("/")
        self.allow_private = allow_private

    @property
    def secure(self) -> bool:
        """Whether TLS says that the answers come from that site."""
        return self.name.startswith("https://")

    def read(self, path: str, limit: int = MAX_FILE) -> bytes | None:
        """Return the bytes of a file; None if the site has none."""
        return ask(self.name + quote(path, safe="/"), limit=limit, allow_private=self.allow_private)

    def read_many(self, paths: Sequence[str]) -> Sequence[bytes | None]:
        """Return the bytes of several files, in order; a few are asked for at a time."""
        if len(paths) == 1:
            return [self.read(paths[0])]
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(self.read, paths))


def ask(url: str, *, limit: int = MAX_FILE, allow_private: Private = False) -> bytes | None:
    """Return what is at an address; None for 404 and 410. Raises SourceError for anything else."""
    try:
        answer = fetch(url, limit=limit, timeout=TIMEOUT, allow_private=allow_private)
    except OutboundError as error:
        raise SourceError(str(error)) from error
    if answer.status in (404, 410):
        return None
    if answer.status != 200:
        raise SourceError(f"{url} answers with status {answer.status}.")
    return answer.body


def is_address(text: str) -> bool:
    """Tell whether a text is an address on the web rather than a file."""
    return text.startswith(("http://", "https://"))


def site_of(url: str) -> tuple[str, str]:
    """Split an address into that of its site and the path on it, unquoted."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}", unquote(parts.path) or "/"


def open_source(place: str) -> Source:
    """Return the folder or site of this name. Raises SourceError if it is neither."""
    if is_address(place):
        return Site(place.rstrip("/"), allow_private=True)
    if Path(place).is_dir():
        return Folder(Path(place))
    raise SourceError(f"{place} is neither a folder nor an address that begins with https://.")


def open_log(place: str) -> tuple[Source, str]:
    """Return where a log is: below `/log` of a site or, of a log without editions, at the place itself.

    Raises SourceError.
    """
    source = open_source(place)
    for log in ("/log", ""):
        if source.read(f"{log}/checkpoint") is not None:
            return source, log
    raise SourceError(f"{source.name} has neither log/checkpoint nor checkpoint. Give the root of the site.")


def _limited(data: bytes, limit: int, name: str) -> bytes:
    if len(data) > limit:
        raise SourceError(f"{name} has more than {limit} bytes.")
    return data
