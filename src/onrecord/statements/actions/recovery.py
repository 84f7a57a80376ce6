# SPDX-License-Identifier: Apache-2.0
"""Bring the record back after the loss of a database, from a mirror or a copy of the site (A3).

Everything is read and verified first; then leaves, editions and statements are stored in one transaction, or
nothing is. What was never public cannot come back: drafts, remarks, who wrote, approved and released.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from onrecord.journal import reactions
from onrecord.journal.events import CLOCK, Actor
from onrecord.people.models import Organisation
from onrecord.proof.openings import Opened, Sealed
from onrecord.record.errors import NotRecoverable, NotThere
from onrecord.record.recovery import reading, writing
from onrecord.record.recovery.reading import FoundLeaf, FoundLog
from onrecord.record.recovery.sources import Folder, Kept, read_ahead, source_at
from onrecord.statements.actions import forgetting, restoring
from onrecord.statements.actions.erasure import forget_erased
from onrecord.statements.actions.restoring import PublicEdition
from onrecord.statements.formats.files import keep
from onrecord.statements.formats.thawed import body_on
from onrecord.statements.models import Edition, Seal

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recovery did, or with `dry_run` what it would do."""

    source: str
    from_size: int
    size: int
    editions: int
    """Editions of statements that this database did not have."""
    documents: int
    """Registers of keys and other editions of the log itself."""
    changed: int
    """Earlier leaves that were opened or erased since the backup."""
    lost_seals: tuple[int, ...]
    """Sealed leaves that nobody can open any more."""
    overdue: int = 0
    """Scheduled releases whose moment had passed: they wait for a person."""
    dry_run: bool = False

    @property
    def nothing(self) -> bool:
        """Tell whether the database had everything already."""
        return self.from_size == self.size and not self.changed


def recover(
    place: str,
    *,
    give_up_seals: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
    by: Actor = CLOCK,
) -> Outcome:
    """Bring back what this database lacks of the public record, from an address or a folder.

    Run `onrecord bake` afterwards. Raises NotRecoverable, with nothing changed, for a mirror that is false,
    incomplete or behind, and NotSetUp where there is no organisation whose log it could be.
    """
    origin = Organisation.current().origin
    with TemporaryDirectory(prefix="onrecord-recovery-") as folder:
        source = source_at(place)
        if not isinstance(source, Folder):
            source = Kept(source, Path(folder))
        found = reading.read_log(source, origin, progress)
        outcome = _outcome(found)
        _check_pages(found, progress)
        if not dry_run:
            with transaction.atomic():
                writing.store(found, opener=_opener, give_up_seals=give_up_seals, by=by)
                _restore(found, by)
                forget_erased()
                restoring.add_later_tombstones(lambda address: _has(found, address))
                outcome = replace(outcome, overdue=restoring.hold_scheduled())
            forgetting.clean_database()
            reactions.retry_failed()
    return replace(outcome, dry_run=dry_run)


def _outcome(found: FoundLog) -> Outcome:
    known = _known()
    return Outcome(
        source=found.source.name,
        from_size=found.base_size,
        size=found.checkpoint.size,
        editions=sum(one.commitment not in known for one in _statement_leaves(found)),
        documents=sum(one.operation in writing.KINDS for one in found.leaves),
        changed=sum(not isinstance(state, Sealed) for state in found.changed),
        lost_seals=tuple(writing.lost_seals(found, _opener)),
    )


def _known() -> dict[bytes, int]:
    """Return the editions that this database has but has not logged, by commitment."""
    rows = Edition.objects.filter(leaf_index=None).values_list("commitment", "pk")
    return {bytes(commitment): pk for commitment, pk in rows}


def _opener(commitment: bytes) -> tuple[bytes, str] | None:
    """Return what opens a leaf that was sealed by this newsroom, if the database still knows."""
    seal = Seal.objects.filter(commitment=commitment).first()
    return (bytes(seal.nonce), f"{seal.path}{seal.number}.json") if seal else None


def _statement_leaves(found: FoundLog) -> Iterator[FoundLeaf]:
    for one in found.leaves:
        if isinstance(one.state, Opened) and one.operation not in writing.KINDS:
            yield one


def _check_pages(found: FoundLog, progress: Progress) -> None:
    """Read and verify what editions need beside their files: the page with their HTML, pictures and files."""
    known = _known()
    wanted: dict[str, None] = {}
    leaves = [one for one in _statement_leaves(found) if one.commitment not in known]
    for one in leaves:
        wanted[f"{one.address.removesuffix('.json')}/"] = None
        for file in json.loads(found.edition_of(one))["files"]:
            wanted[file["path"]] = None
    # The source keeps what it has read; here it is only fetched, several at a time.
    for done, _ in enumerate(read_ahead(found.source, wanted), start=1):
        progress(done, len(wanted))
    for one in leaves:
        edition = _public_edition(found, one)
        for file in edition.data["files"]:
            _file(found, file["path"], file["sha256"])


def _public_edition(found: FoundLog, one: FoundLeaf) -> PublicEdition:
    """Return an edition with its HTML. Raises NotRecoverable if the mirror has not got all of it."""
    assert isinstance(one.state, Opened)  # noqa: S101 - narrows the type
    content = found.edition_of(one)
    data = json.loads(content)
    page = found.source.read(f"{one.address.removesuffix('.json')}/").decode("utf-8", "replace")
    html = body_on(page, data["html_sha256"])
    if html is None:
        raise NotRecoverable(
            f"The page of {one.address} at {found.source.name} has not got the body that the edition names by"
            " its SHA-256. Name another mirror; nothing was changed."
        )
    return PublicEdition(
        content=content,
        data=data,
        html=html,
        nonce=one.state.nonce,
        commitment=one.commitment,
        leaf_index=one.index,
        address=restoring.address_in(one.address),
    )


def _file(found: FoundLog, path: str, sha256: str) -> bytes:
    try:
        body = found.source.read(path)
    except NotThere as error:
        raise NotRecoverable(f"{error} It belongs to an edition. Name another mirror.") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise NotRecoverable(
            f"{path} at {found.source.name} is not the file that the edition names by its SHA-256. Name"
            " another mirror; nothing was changed."
        )
    return body


def _restore(found: FoundLog, by: Actor) -> None:
    """Restore the editions of statements, in the order in which they were logged."""
    known = _known()
    newest: dict[int, PublicEdition] = {}
    for one in _statement_leaves(found):
        pk = known.get(one.commitment)
        if pk is not None:
            restoring.attach(pk, one.index)
            continue
        edition = _public_edition(found, one)
        for file in edition.data["files"]:
            keep(file["sha256"], _file(found, file["path"], file["sha256"]))
        newest[restoring.restore(edition, by=by).pk] = edition
    for statement, edition in newest.items():
        restoring.bring_draft_up_to_date(statement, edition)
    restoring.settle_seals({one.index: one for one in found.leaves})


def _has(found: FoundLog, address: str) -> bool:
    try:
        found.source.read(address)
    except NotThere:
        return False
    return True
