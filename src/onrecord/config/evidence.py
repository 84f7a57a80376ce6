# SPDX-License-Identifier: Apache-2.0
"""What `onrecord verify` was given, found out from its bytes, and what belongs to it, found beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from onrecord.config.errors import ConfigError
from onrecord.config.sources import MAX_FILE, Folder, Site, Source, SourceError, ask, is_address, site_of
from onrecord.proof import bundle, checkpoint, decision, edition, objects, register
from onrecord.proof.bundle import MAX_SIZE, Bundle
from onrecord.proof.case import Pins
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.errors import ProofError
from onrecord.proof.kinds import edition_link, edition_number, is_edition_page, kind_of
from onrecord.proof.logged import Logged, attempt
from onrecord.proof.register import Register

MAX_PAGE = 2**23


class CannotTell(ConfigError):
    """There is too little to come to any verdict. The message says what is missing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to judge: an edition with its proof, a decision, a checkpoint or an object alone."""

    bundle: Bundle | None = None
    decision: decision.Evidence | None = None
    """What a party keeps of a decision; the bundle holds the edition that commits to it."""
    checkpoint: bytes | None = None
    object: bytes | None = None
    """An object of the fediverse; the bundle only lends its register."""
    source: Source | None = None
    """The site or folder that it was found in, where more may be found."""
    newest: int | None = None
    notices: tuple[str, ...] = field(default=())
    """What could not be asked, for the reader to know."""

    def head(self) -> Checkpoint | None:
        """Return the checkpoint, if it can be read; of an object, that of the register."""
        if self.object is not None:
            proof = self.bundle.register_proof if self.bundle else None
            of_register = None if proof is None else Logged.of(b"", proof).head
            return of_register if isinstance(of_register, Checkpoint) else None
        read = (
            attempt(checkpoint.parse, self.checkpoint or b"")
            if self.bundle is None
            else Logged.of(b"", self.bundle.proof).head
        )
        return None if isinstance(read, ProofError) else read


def gather(
    target: str, *, edition_file: Path | None, offline: bool, register_file: Path | None = None
) -> Evidence:
    """Return what is to be judged, with a given register or one that is found beside it.

    Raises CannotTell, Unreadable or SourceError.
    """
    found = _gathered(target, edition_file, offline, register_file)
    if found.object is None or (found.bundle and found.bundle.register) or offline:
        return found
    read = attempt(objects.read, found.object)
    if isinstance(read, ProofError):
        return found
    site = Site(site_of(read.id)[0])
    try:
        return _with_register(replace(found, source=site))
    except SourceError as error:
        return replace(found, notices=(f"The site of the object could not be asked. {error}",))


def _gathered(target: str, edition_file: Path | None, offline: bool, register_file: Path | None) -> Evidence:
    if is_address(target):
        if offline:
            raise CannotTell(
                f"{target} is an address, and --offline says to ask nobody. Save a bundle first."
            )
        return _with_register(_lent(_from_address(target), register_file))
    path = Path(target)
    if path.is_dir():
        if not any((path / name).is_file() for name in (bundle.EDITION, bundle.PROOF)):
            raise CannotTell(
                f"{target} is a folder without a bundle's edition.json. A whole site is checked by"
                " 'onrecord audit'."
            )
        return Evidence(bundle=bundle.read_folder(path))
    if not path.is_file():
        raise CannotTell(f"There is no file {target}. Give a bundle, a proof, an edition file or an address.")
    with path.open("rb") as file:
        start = file.read(MAX_FILE + 1)
    if bundle.is_bundle(start) or target.endswith(bundle.SUFFIX):
        return Evidence(bundle=bundle.read(path))

    def beside(suffix: str) -> bytes | None:
        if suffix == ".json" and edition_file is not None:
            return edition_file.read_bytes()
        other = path.with_suffix(suffix)
        if other.is_file():
            return other.read_bytes()
        return _published_proof(start) if suffix == ".tlog-proof" and not offline else None

    found = _of_bytes(start, target, beside)
    return _with_register(_lent(replace(found, source=_folder_of(path)), register_file))


def pins_of(
    evidence: Evidence, given: Pins, *, dns: Callable[[str, str], Sequence[str]]
) -> tuple[Evidence, Pins]:
    """Ask the site of the log itself, and DNS, whose keys these are; return what is known then.

    `dns` returns the root fingerprints that a domain names for a log. What cannot be asked is a notice.
    """
    head = evidence.head()
    if head is None:
        return evidence, given
    notices = list(evidence.notices)
    site = Site(f"https://{head.origin.removesuffix('/log')}")
    try:
        shown = site.read("/register.json")
    except SourceError as error:
        shown = None
        notices.append(f"The site of the log could not be asked. {error}")
    if shown is not None and evidence.bundle is not None and evidence.bundle.register is None:
        evidence = _with_register(replace(evidence, source=site))
    newest, named = evidence.newest, None
    try:
        if newest is None and shown is not None:
            newest = _newest(evidence, site)
        named = _dns_root(evidence, head.origin, dns)
    except SourceError as error:
        notices.append(str(error))
    asked = replace(given, site_register=shown, dns_root=named, newest=newest)
    return replace(evidence, notices=tuple(notices)), asked


def _of_bytes(data: bytes, name: str, beside: Callable[[str], bytes | None]) -> Evidence:
    kind = kind_of(data, name)
    if kind == "bundle":
        return Evidence(bundle=bundle.read(data))
    if kind == "decision":
        kept = decision.read_evidence(data)
        return Evidence(bundle=Bundle(kept.edition, kept.proof), decision=kept)
    if kind == "checkpoint":
        return Evidence(checkpoint=data)
    if kind == "object":
        return Evidence(bundle=Bundle(b"", b""), object=data)
    if kind == "proof":
        edition_bytes = beside(".json")
        if edition_bytes is None:
            raise CannotTell(f"{name} proves an edition file that is not beside it. Give it with --edition.")
        return Evidence(bundle=Bundle(edition_bytes, data))
    if kind == "edition":
        proof = beside(".tlog-proof")
        if proof is None:
            raise CannotTell(
                f"The proof of {name} is not beside it. Download the .tlog-proof, or the bundle."
            )
        return Evidence(bundle=Bundle(data, proof))
    raise CannotTell(
        f"{name} is nothing that can be verified here. Give a bundle (.onrecord.zip), a proof (.tlog-proof),"
        " an edition file or the proof of a decision (.json), an object of the fediverse, a checkpoint, or"
        " the address of a statement."
    )


def _published_proof(edition_bytes: bytes) -> bytes | None:
    """Ask the newsroom that an edition file names for its proof."""
    read = attempt(edition.read, edition_bytes)
    if isinstance(read, ProofError) or not is_address(read.statement):
        return None
    return ask(f"{read.statement.rstrip('/')}/{read.number}.tlog-proof")


def _from_address(url: str) -> Evidence:
    address, path = site_of(url)
    data = ask(url, limit=MAX_SIZE, allow_private=True)
    if data is None:
        raise CannotTell(f"There is nothing at {url}.")
    site = Site(address, allow_private=True)
    newest = None
    if kind_of(data, path) == "page":
        linked = edition_link(data[:MAX_PAGE].decode("utf-8", "replace"), url)
        if linked is None or site_of(linked)[0] != address:
            raise CannotTell(f"The page {url} does not say where its edition file is.")
        newest = None if is_edition_page(url) else edition_number(linked)
        url, data = linked, ask(linked, allow_private=True) or b""

    def beside(suffix: str) -> bytes | None:
        stem = url.partition("?")[0].rpartition(".")[0]
        return ask(stem + suffix, allow_private=True)

    return replace(_of_bytes(data, url, beside), source=site, newest=newest)


def _with_register(evidence: Evidence) -> Evidence:
    """Add the register and its proof from where the rest was found."""
    held, source = evidence.bundle, evidence.source
    if held is None or held.register is not None or source is None:
        return evidence
    return replace(evidence, bundle=_lending(held, register_from(source)))


def _lent(evidence: Evidence, register_file: Path | None) -> Evidence:
    """Add the register that the reader gave: in a bundle, or a file with its proof and note beside it."""
    if register_file is None or evidence.bundle is None:
        return evidence
    with register_file.open("rb") as file:
        start = file.read(MAX_FILE)
    if bundle.is_bundle(start):
        given = bundle.read(register_file)
    else:
        note = register_file.with_suffix(".note")
        proof = register_file.with_suffix(".tlog-proof")
        given = Bundle(
            b"",
            b"",
            register=start,
            register_proof=proof.read_bytes() if proof.is_file() else None,
            register_note=note.read_bytes() if note.is_file() else None,
        )
    return replace(evidence, bundle=_lending(evidence.bundle, given))


def _lending(held: Bundle, lent: Bundle) -> Bundle:
    return replace(
        held,
        register=lent.register,
        register_proof=lent.register_proof,
        register_note=lent.register_note,
    )


def register_from(source: Source) -> Bundle:
    """Return what a site shows of its newest register, as a bundle without an edition."""
    return Bundle(
        b"",
        b"",
        register=source.read("/register.json"),
        register_proof=source.read("/register.tlog-proof"),
        register_note=source.read("/register.note"),
    )


def _folder_of(path: Path) -> Source | None:
    """Return the nearest folder above a file that holds a register: the site that the file is part of."""
    for folder in path.resolve().parents:
        if (folder / "register.json").is_file():
            return Folder(folder)
    return None


def _newest(evidence: Evidence, site: Source) -> int | None:
    """Return the number of the newest edition, as the page of the statement on the site of the log says."""
    held = evidence.bundle
    read = None if held is None else attempt(edition.read, held.edition)
    if read is None or isinstance(read, ProofError) or site_of(read.statement)[0] != site.name:
        return None
    page = site.read(site_of(read.statement)[1], MAX_PAGE)
    linked = edition_link((page or b"").decode("utf-8", "replace"), read.statement)
    return edition_number(linked or "")


def _dns_root(evidence: Evidence, origin: str, dns: Callable[[str, str], Sequence[str]]) -> str | None:
    """Return the fingerprint in DNS that is the register's, else one that is not; None without any."""
    held = evidence.bundle
    found = attempt(register.read, held.register) if held and held.register else None
    if not isinstance(found, Register) or not found.domain:
        return None
    named = dns(found.domain, origin)
    return found.fingerprint() if found.fingerprint() in named else next(iter(named), None)
