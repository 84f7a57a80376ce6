# SPDX-License-Identifier: Apache-2.0
"""What the server does for readers without scripts: verify the files, or the address, that they give.

Nothing is kept. Addresses are asked through `onrecord.outbound`, which goes to no private machine; how often,
and how many at a time, is limited here.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from onrecord import outbound
from onrecord.outbound import OutboundError
from onrecord.proof import (
    bundle,
    checkpoint,
    decision_verdict,
    edition,
    object_verdict,
    objects,
    policy,
    verdict,
)
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import BadBundle, ProofError
from onrecord.proof.kinds import edition_link, edition_number, is_edition_page, kind_of
from onrecord.proof.logged import Logged, attempt
from onrecord.proof.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UPLOAD = 32 * 2**20
"""Bytes that a reader may send in one request. Larger bundles are for scripts or the command line."""
MAX_ANSWER = 32 * 2**20
MAX_JSON = 4 * 2**20
"""Bytes of an edition file or a register: reading canonical JSON takes time."""
MAX_SECONDS = 15.0
"""For everything that one request makes the server ask."""
ASKED_AT_ONCE = 2
PER_MINUTE = 20
_REMEMBERED = 5_000
REGISTER = ("register.json", "register.tlog-proof", "register.note")


class CannotTell(Exception):
    """There is too little to come to a verdict. `reason` is one of the words of the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooOften(Exception):
    """This reader, or all together, ask more than the server does for them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader sent."""

    files: Sequence[tuple[str, bytes]] = ()
    address: str = ""
    policy: str = ""
    root: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a reader. `notice` is one of the words of the page."""

    verdict: Verdict
    notice: str = ""


@dataclass(slots=True)
class _Outside:
    """Other machines, asked for so long in all."""

    until: float = field(default_factory=lambda: time.monotonic() + MAX_SECONDS)

    def ask(self, url: str) -> tuple[bytes, str] | None:
        """Return what is at an address and where it was found; None if nothing can be had there."""
        left = self.until - time.monotonic()
        if left <= 0:
            return None
        try:
            answer = outbound.fetch(url, limit=MAX_ANSWER, timeout=left)
        except OutboundError:
            return None
        return (answer.body, answer.url) if answer.status == 200 else None

    def body(self, url: str) -> bytes | None:
        """Return only what is at an address."""
        found = self.ask(url)
        return found[0] if found else None

    def with_register(self, source: Bundle, site: str) -> Bundle:
        """Return a bundle with the register of a site, its proof and its note."""
        return _with_register(source, {name: self.body(f"{site}/{name}") for name in REGISTER})


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be judged."""

    source: Bundle | None = None
    checkpoint: bytes | None = None
    object: bytes | None = None
    """Of the fediverse; the source only lends its register."""
    decision: bytes | None = None
    """The proof of one; the source holds the edition in it."""
    newest: int | None = None


def verify(given: Given) -> Answer:
    """Return the verdict on what a reader gave. Raises CannotTell, or TooOften while too many others ask."""
    if not given.files and not given.address:
        raise CannotTell("nothing_given")
    with _turns.taken():
        pins, outside = _pins(given), _Outside()
        try:
            found = _from_files(given) if given.files else _from_address(given.address, outside)
        except BadBundle as error:
            return Answer(verdict.unreadable(error))
        notice = ""
        if not given.offline:
            found, pins, notice = _asked(_limited(found), pins, outside)
        return _judged(_limited(found), pins, notice)


def _pins(given: Given) -> Pins:
    try:
        read = policy.parse(given.policy.replace("\r\n", "\n")) if given.policy.strip() else None
    except ProofError as error:
        raise CannotTell("bad_policy") from error
    return Pins(policy=read, root=given.root.strip() or None)


def _limited(found: _Found) -> _Found:
    for part in (found.source.edition, found.source.register) if found.source else ():
        if part is not None and len(part) > MAX_JSON:
            raise CannotTell("too_large")
    return found


def _from_files(given: Given) -> _Found:
    kinds = {name: kind_of(data, name) for name, data in given.files}
    data = dict(given.files)
    bundles = [bundle.read(data[name]) for name, kind in kinds.items() if kind == "bundle"]
    decided = next((data[name] for name, kind in kinds.items() if kind == "decision"), None)
    if decided is not None:
        return _decided(decided, _register_in(bundles[0]) if bundles else data)
    if bundles and "object" not in kinds.values():
        return _Found(bundles[0])
    mine = {kind: name for name, kind in reversed(kinds.items()) if name not in REGISTER}
    if "object" in mine:
        lent = _register_in(bundles[0]) if bundles else data
        return _Found(_with_register(Bundle(b"", b""), lent), object=data[mine["object"]])
    if "edition" not in mine and "proof" not in mine and "checkpoint" in mine:
        return _Found(_with_register(Bundle(b"", b""), data), data[mine["checkpoint"]])
    if "edition" not in mine:
        raise CannotTell("edition_missing" if "proof" in mine else "nothing_known")
    if "proof" not in mine:
        raise CannotTell("proof_missing")
    taken = {mine["edition"], *(name for name, kind in kinds.items() if kind == "proof"), *REGISTER}
    files: Mapping[str, bytes] = {name: content for name, content in data.items() if name not in taken}
    return _Found(_with_register(Bundle(data[mine["edition"]], data[mine["proof"]], files=files), data))


def _decided(data: bytes, lent: Mapping[str, bytes | None]) -> _Found:
    held = decision_verdict.edition_in(data) or Bundle(b"", b"")
    return _Found(_with_register(held, lent), decision=data)


def _from_address(address: str, outside: _Outside) -> _Found:
    answer = outside.ask(address)
    if answer is None:
        raise CannotTell("not_answered")
    data, url = answer
    newest = None
    if kind_of(data, urlsplit(url).path) == "page":
        linked = edition_link(data.decode("utf-8", "replace"), url)
        if linked is None or _site_of(linked) != _site_of(url):
            raise CannotTell("no_edition_on_page")
        newest = None if is_edition_page(url) else edition_number(linked)
        data, url = outside.body(linked) or b"", linked
    kind = kind_of(data, urlsplit(url).path)
    if kind == "bundle":
        return _Found(bundle.read(data), newest=newest)
    if kind == "checkpoint":
        return _Found(outside.with_register(Bundle(b"", b""), _site_of(url)), data)
    if kind == "object":
        return _Found(outside.with_register(Bundle(b"", b""), _site_of(url)), object=data)
    if kind == "decision":
        held = decision_verdict.edition_in(data) or Bundle(b"", b"")
        return _Found(outside.with_register(held, _site_of(url)), decision=data)
    if kind not in ("edition", "proof"):
        raise CannotTell("nothing_known")
    stem = urljoin(url, urlsplit(url).path).rpartition(".")[0]
    other = outside.body(stem + (".tlog-proof" if kind == "edition" else ".json"))
    if other is None:
        raise CannotTell("proof_missing" if kind == "edition" else "edition_missing")
    edition_bytes, proof = (data, other) if kind == "edition" else (other, data)
    source = outside.with_register(Bundle(edition_bytes, proof), _site_of(url))
    return _Found(source, newest=newest)


def _asked(found: _Found, pins: Pins, outside: _Outside) -> tuple[_Found, Pins, str]:
    """Ask the site of the log itself for its register, and whether there is a newer edition."""
    held = found.source or Bundle(b"", b"")
    if found.object is not None:
        return _asked_of_object(found, held, pins, outside)
    head = (
        attempt(checkpoint.parse, found.checkpoint) if found.checkpoint else Logged.of(b"", held.proof).head
    )
    if isinstance(head, ProofError):
        return found, pins, ""
    site = f"https://{head.origin.removesuffix('/log')}"
    shown = outside.body(f"{site}/register.json")
    if shown is None:
        return found, pins, "site_not_asked"
    if held.register is None:
        found = replace(found, source=outside.with_register(held, site))
    asked_for = None if found.decision is not None else _newest(held, site, outside)
    newest = found.newest if found.newest is not None else asked_for
    return found, replace(pins, site_register=shown, newest=newest), ""


def _asked_of_object(found: _Found, held: Bundle, pins: Pins, outside: _Outside) -> tuple[_Found, Pins, str]:
    """Ask the site of the object for a register where none was given, then the site of the log itself."""
    read = attempt(objects.read, found.object or b"")
    if held.register is None and not isinstance(read, ProofError):
        held = outside.with_register(held, _site_of(read.id))
    head = Logged.of(b"", held.register_proof).head if held.register_proof else None
    if not isinstance(head, Checkpoint):
        return replace(found, source=held), pins, "site_not_asked"
    shown = outside.body(f"https://{head.origin.removesuffix('/log')}/register.json")
    found = replace(found, source=held)
    return found, replace(pins, site_register=shown), "" if shown else "site_not_asked"


def _newest(held: Bundle, site: str, outside: _Outside) -> int | None:
    read = attempt(edition.read, held.edition)
    if isinstance(read, ProofError) or not read.statement.startswith(f"{site}/"):
        return None
    page = outside.ask(read.statement)
    linked = edition_link(page[0].decode("utf-8", "replace"), page[1]) if page else None
    return edition_number(linked) if linked else None


def _judged(found: _Found, pins: Pins, notice: str = "") -> Answer:
    if found.object is not None:
        return Answer(object_verdict.judge(found.object, found.source, pins), notice)
    if found.decision is not None:
        return Answer(decision_verdict.judge(found.decision, found.source, pins), notice)
    if found.checkpoint is not None:
        return Answer(verdict.judge_checkpoint(found.checkpoint, found.source, pins), notice)
    return Answer(verdict.judge(found.source or Bundle(b"", b""), pins), notice)


def _with_register(source: Bundle, found: Mapping[str, bytes | None]) -> Bundle:
    register, proof, note = (found.get(name) for name in REGISTER)
    return replace(source, register=register, register_proof=proof, register_note=note)


def _register_in(held: Bundle) -> Mapping[str, bytes | None]:
    return dict(zip(REGISTER, (held.register, held.register_proof, held.register_note), strict=True))


def _site_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Turns:
    """Who may ask now. In the memory of one process: nothing about readers is stored."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(ASKED_AT_ONCE)
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, reader: str) -> None:
        """Count one request of a reader. Raises TooOften when there were too many within a minute."""
        now = time.monotonic()
        with self._lock:
            times = self._asked.pop(reader, deque())
            while times and times[0] < now - 60:
                times.popleft()
            refused = len(times) >= PER_MINUTE
            if not refused:
                times.append(now)
            self._asked[reader] = times
            while len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        if refused:
            raise TooOften

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold one of the few places for asking other machines. Raises TooOften when none is free."""
        if not self._free.acquire(timeout=1.0):
            raise TooOften
        try:
            yield
        finally:
            self._free.release()


_turns = Turns()
count = _turns.count
