# SPDX-License-Identifier: Apache-2.0
"""The audit of a whole log: every leaf is there, signed, and accounted for (docs/verify.md).

Reads the files of a site in the order of the log, holds a few of them at a time, and names every defect with
its file and its place. It rests on the register that the site shows; whose that is, the reader decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from onrecord.proof import checkpoint, leaf, note, openings, register
from onrecord.proof.accounts import Accounts, companions
from onrecord.proof.canonical import Json
from onrecord.proof.checkpoint import Checkpoint
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import BadEdition, OutOfTime, ProofError, Unknown
from onrecord.proof.files import Files, ReadMany
from onrecord.proof.keys import PublicKey
from onrecord.proof.logged import Logged
from onrecord.proof.openings import Erased, LeafState, Opened, Sealed
from onrecord.proof.register import ListedKey, Register
from onrecord.proof.signers import checkpoint_signers, leaf_signer
from onrecord.proof.tree import Defect, Entries, TreeWalk

MAX_UNDECIDED = 20
"""So many reasons are remembered; a log whose keys nobody knows would give one for each leaf."""


@dataclass(slots=True)
class Tally:
    """What an audit has counted."""

    leaves: int = 0
    states: Counter[str] = field(default_factory=Counter)
    defects: int = 0

    def to_json(self) -> dict[str, Json]:
        """Return the counts as a script reads them."""
        return {"leaves": self.leaves, "states": dict(sorted(self.states.items())), "defects": self.defects}


class Audit:
    """One audit of one site. `defects` yields what is wrong; after it the other attributes are final."""

    def __init__(
        self,
        read_many: ReadMany,
        *,
        log: str = "/log",
        trusted: tuple[PublicKey, ...] = (),
        now: datetime | None = None,
        bundles: bool = True,
        tree_only: bool = False,
    ) -> None:
        """Read through `read_many`. `tree_only` looks at no edition, and so at logs of other makers too."""
        self.tally = Tally()
        self.head: Checkpoint | None = None
        self.register: Register | None = None
        self.undecided: list[str] = []
        """What could not be decided, in words."""
        self._files = Files(read_many, log)
        self._trusted = trusted
        self._now = now or datetime.now(UTC)
        self._bundles = bundles
        self._tree_only = tree_only
        self._checkpoint_file = f"{log}/checkpoint"

    def defects(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Iterator[Defect]:
        """Yield every defect, in the order of the log. `progress` is told (leaves done, leaves in all)."""
        for defect in self._defects(progress):
            self.tally.defects += 1
            yield defect

    def to_json(self) -> dict[str, Json]:
        """Return what the audit found, without the defects."""
        found: dict[str, Json] = {**self.tally.to_json(), "undecided": list(self.undecided)}
        if self.head:
            found |= {"origin": self.head.origin, "size": self.head.size, "root": to_base64(self.head.root)}
        if self.register:
            found |= {"organisation": self.register.organisation, "fingerprint": self.register.fingerprint()}
        return found

    def _defects(self, progress: Callable[[int, int], None]) -> Iterator[Defect]:
        signed = self._files.read(self._checkpoint_file)
        try:
            if signed is None:
                raise BadEdition("There is no checkpoint.")
            head = self.head = checkpoint.parse(signed)
        except ProofError as error:
            yield Defect("checkpoint", self._checkpoint_file, None, str(error))
            return
        self._files.size = head.size
        if not self._tree_only:
            yield from self._open_register(head)
        yield from self._judged(signed, self._checkpoint_file, head.origin)
        max_days = self.register.max_sealed_days if self.register else openings.MAX_SEALED_DAYS
        accounts = Accounts(self._files, origin=head.origin, max_days=max_days, now=self._now)
        for found in TreeWalk(
            head.size, head.root, lambda path: self._files.read(f"{self._files.log}/{path}")
        ):
            if isinstance(found, Defect):
                yield Defect(found.code, f"{self._files.log}/{found.file}", found.position, found.message)
                continue
            self.tally.leaves += len(found.hashes)
            if not self._tree_only:
                yield from self._leaves(found, accounts, head.origin)
            progress(found.start + len(found.hashes), head.size)
        if not self._tree_only:
            yield from self._last_register(accounts)

    def _open_register(self, head: Checkpoint) -> Iterator[Defect]:
        """Read the register by which keys are judged; whether it is in the log is seen at the end."""
        data = self._files.read("/register.json")
        if data is None:
            self.undecided.append("There is no register of keys, so it is not said whose keys these are.")
            return
        try:
            self.register = register.read(data)
            if self.register.origin != head.origin:
                raise BadEdition(f"The register is of the log {self.register.origin}.")
        except ProofError as error:
            yield Defect("register", "/register.json", None, str(error))

    @property
    def _listed(self) -> tuple[ListedKey, ...]:
        return self.register.keys if self.register else ()

    def _judged(self, signed: bytes, file: str, origin: str) -> Iterator[Defect]:
        """Check who signed a checkpoint."""
        try:
            read = note.parse(signed)
            size = checkpoint.parse_text(read.text).size
            checkpoint_signers(read, origin=origin, size=size, listed=self._listed, trusted=self._trusted)
        except Unknown as error:
            self._leave_open(f"{file}: {error}")
        except ProofError as error:
            yield Defect("checkpoint", file, None, str(error))

    def _leaves(self, found: Entries, accounts: Accounts, origin: str) -> Iterator[Defect]:
        """Check signature and account of each leaf of a bundle."""
        states = yield from self._states(found)
        wanted = [
            path
            for state in states.values()
            if isinstance(state, Opened)
            for path in (state.edition, *companions(state.edition, bundles=self._bundles))
        ]
        contents = self._files.read_all(wanted)
        file = self._files.openings_name(found.number)
        for index, entry in enumerate(found.entries, start=found.start):
            state = states.get(index)
            try:
                signed = leaf.parse_leaf(entry)
                leaf_signer(signed, origin=origin, index=index, listed=self._listed, trusted=self._trusted)
            except Unknown as error:
                self._leave_open(f"Leaf {index}: {error}")
            except ProofError as error:
                # What a thief logged with a stolen key stays there; the edition that erases it says so.
                if not (isinstance(error, OutOfTime) and isinstance(state, Erased)):
                    yield Defect("leaf", self._files.bundle_name(found.number), index, str(error))
                    continue
            if isinstance(state, Opened):
                yield from accounts.opened(state, signed, entry, contents)
            elif isinstance(state, Sealed):
                yield from accounts.sealed(state, file)
            elif isinstance(state, Erased):
                yield from accounts.erased(state, file)
        yield from self._claims(found, accounts, origin)

    def _states(self, found: Entries) -> Generator[Defect, None, dict[int, LeafState]]:
        """Return what is said of each leaf of a bundle."""
        states: dict[int, LeafState] = {}
        file = self._files.openings_name(found.number)
        for index in range(found.start, found.start + len(found.hashes)):
            try:
                states[index] = self._files.state_of(index)
            except ProofError as error:
                yield Defect("opening", file, index, str(error))
            else:
                self.tally.states[openings_word(states[index])] += 1
        return states

    def _claims(self, found: Entries, accounts: Accounts, origin: str) -> Iterator[Defect]:
        """Compare the roots that proofs lead to with those of the tree, as far as the walk has come."""
        for signed, file in accounts.signed_checkpoints.items():
            yield from self._judged(signed, file, origin)
        accounts.signed_checkpoints.clear()
        for size, root in found.roots(set(accounts.claimed)):
            claimed, file = accounts.claimed.pop(size)
            if claimed != root:
                message = f"The proof leads to another root over {size} leaves: the log was forked."
                yield Defect("proof", file, None, message)

    def _last_register(self, accounts: Accounts) -> Iterator[Defect]:
        """Check that the register which the site shows is the newest in the log."""
        newest = accounts.newest_register
        if self.register is None:
            return
        if newest is None or newest[0] != self.register:
            in_log = f"number {newest[0].edition.number}" if newest else "none"
            shown = self.register.edition.number
            message = f"The site shows register {shown} as its newest; the newest in the log is {in_log}."
            yield Defect("register", "/register.json", None, message)
            return
        logged = Logged.of(newest[1], self._files.read("/register.tlog-proof") or b"")
        try:
            logged.check_readable()
            logged.check_opened()
            logged.check_included()
            logged.signed_by(self.register.origin, self._listed, self._trusted)
        except Unknown as error:
            self._leave_open(f"/register.tlog-proof: {error}")
        except ProofError as error:
            yield Defect("proof", "/register.tlog-proof", None, str(error))
        if self._files.read("/register.note") != self._files.read(
            f"/register/{self.register.edition.number}.note"
        ):
            yield Defect("register", "/register.note", None, "It is not the note of the newest register.")

    def _leave_open(self, reason: str) -> None:
        """Remember why something is undecided, but not a thousand times."""
        if len(self.undecided) < MAX_UNDECIDED:
            self.undecided.append(reason)


def openings_word(state: LeafState) -> str:
    """Return the word for the state of a leaf, as it stands in the file."""
    words = {Opened: openings.OPEN, Sealed: openings.SEALED, Erased: openings.ERASED}
    return words[type(state)]
