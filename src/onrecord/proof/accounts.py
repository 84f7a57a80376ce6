# SPDX-License-Identifier: Apache-2.0
"""Whether one leaf is accounted for: open and true, sealed and not late, or erased for a stated reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from onrecord.proof import bundle, decision, edition, register
from onrecord.proof.edition import Edition
from onrecord.proof.errors import BadBundle, BadEdition, BadProof, ProofError, WrongContent, WrongRoot
from onrecord.proof.files import Files
from onrecord.proof.leaf import Leaf
from onrecord.proof.logged import Logged, readable
from onrecord.proof.openings import Erased, Opened, Sealed
from onrecord.proof.register import Register
from onrecord.proof.tree import Defect

PROOF_SUFFIX = ".tlog-proof"
WITHOUT_PREVIOUS = ("publish", "translate", "erase", "policy", "register", decision.OPERATION)
"""Operations of which the first edition follows nothing."""
ELSEWHERE = ("erase", "policy", decision.OPERATION)
"""Operations of editions that stand where the log keeps its own documents, whatever their statement."""


def companions(path: str, *, bundles: bool) -> list[str]:
    """Return the paths of the files that stand beside an edition file: its proof and its bundle."""
    stem = path.removesuffix(".json")
    return [stem + PROOF_SUFFIX, *([stem + bundle.SUFFIX] if bundles else [])]


class Accounts:
    """The accounts of one log. Remembers the registers in it and the roots that proofs speak of."""

    def __init__(self, files: Files, *, origin: str, max_days: int, now: datetime) -> None:
        """Look files up in `files`. `max_days` is how long the register allows a seal."""
        self.newest_register: tuple[Register, bytes] | None = None
        self.claimed: dict[int, tuple[bytes, str]] = {}
        """Roots that proofs lead to, by size, until the walk over the tree has reached that size."""
        self.signed_checkpoints: dict[bytes, str] = {}
        """Checkpoints in proofs that are still to be judged, with the file of the first proof."""
        self._accepted: Register | None = None
        """The newest register that enough root keys have signed: they must agree to the next."""
        self._files = files
        self._origin = origin
        self._max_days = max_days
        self._now = now

    def sealed(self, state: Sealed, file: str) -> Iterator[Defect]:
        """Check that a sealed leaf is not late."""
        if state.is_late(self._now, sealed_at=self._now, max_days=self._max_days):
            days = timedelta(days=self._max_days)
            late = self._now > state.until
            why = "that is past" if late else f"no seal may last longer than {days.days} days"
            until = edition.timestamp(state.until)
            yield Defect("sealed", file, state.leaf, f"The leaf is sealed until {until}, and {why}.")

    def erased(self, state: Erased, file: str) -> Iterator[Defect]:
        """Check that an erased leaf is named by an edition that says why."""
        try:
            if state.by >= self._files.size:
                raise BadEdition(f"the log has {self._files.size} leaves")
            by = self._files.state_of(state.by)
            if not isinstance(by, Opened):
                raise BadEdition(f"leaf {state.by} is not open itself")
            found = self._files.edition_at(by.edition)
            named = found.members.get("erases")
            if found.operation != "erase" or not isinstance(named, list) or state.leaf not in named:
                raise BadEdition(f"{by.edition} does not name it")
        except ProofError as error:
            message = f"The leaf is said to be erased by leaf {state.by}, but {error}"
            yield Defect("erased", file, state.leaf, message.rstrip(".") + ".")

    def opened(
        self, state: Opened, signed: Leaf, entry: bytes, contents: Mapping[str, bytes | None]
    ) -> Iterator[Defect]:
        """Check an open leaf: its edition, the edition before, its proof, its bundle."""
        data = contents.get(state.edition)
        try:
            if data is None:
                raise BadEdition("There is no such file, although the leaf is open.")
            edition.verify_commitment(signed.commitment, nonce=state.nonce, edition_bytes=data)
            found = edition.read(data)
            self._check_place(found, state)
            if found.operation == decision.OPERATION:
                decision.commitments_of(found)
        except ProofError as error:
            yield Defect("edition", state.edition, state.leaf, str(error))
            return
        yield from self._chain(found, state)
        if found.operation == register.OPERATION:
            yield from self._register(data, state)
        proof_path, *bundle_path = companions(state.edition, bundles=True)
        yield from self._proof(proof_path, contents.get(proof_path), state, entry)
        packed = contents.get(bundle_path[0])
        if packed is not None:
            yield from self._bundle(bundle_path[0], packed, state, entry, (data, contents.get(proof_path)))

    def _check_place(self, found: Edition, state: Opened) -> None:
        if found.log != self._origin:
            raise BadEdition(f"The edition was made for the log {found.log}.")
        address = unquote(urlsplit(found.statement).path).rstrip("/")
        if found.operation not in ELSEWHERE and not f"{address}/{found.number}.json".endswith(state.edition):
            raise BadEdition(
                f"The edition is number {found.number} of {found.statement}, so not of this path."
            )

    def _chain(self, found: Edition, state: Opened) -> Iterator[Defect]:
        """Check that the edition before is the one that this edition names."""
        before = found.previous
        try:
            if before is None:
                if found.number > 1 or found.operation not in WITHOUT_PREVIOUS:
                    raise BadEdition(f"Edition {found.number} does not name the one before it.")
                return
            if before.index >= state.leaf:
                raise BadEdition(
                    f"It names leaf {before.index} as the edition before, which is not before it."
                )
            if self._files.commitment_of(before.index) != before.commitment:
                raise BadEdition(f"Leaf {before.index} does not hold the commitment that prev gives.")
            earlier = self._files.state_of(before.index)
            number = self._files.edition_at(earlier.edition).number if isinstance(earlier, Opened) else None
            if number not in (None, found.number - 1):
                raise BadEdition(f"Leaf {before.index} is edition {number}, this one is {found.number}.")
        except ProofError as error:
            yield Defect("chain", state.edition, state.leaf, str(error))

    def _register(self, data: bytes, state: Opened) -> Iterator[Defect]:
        """Check a register: it follows the one before, and the root keys of both have signed it."""
        previous = self.newest_register[0] if self.newest_register else None
        path = f"{state.edition.removesuffix('.json')}.note"
        try:
            found = register.read(data)
            self.newest_register = (found, data)
            if previous is not None and found.edition.number != previous.edition.number + 1:
                raise BadEdition(f"Register {previous.edition.number} is followed by {found.edition.number}.")
            previous = self._accepted or previous
            if found.self_declared and (previous is None or previous.self_declared):
                return
            signatures = self._files.read(path)
            if signatures is None:
                raise BadProof("There is no such file, although the register has root keys.")
            self._accepted = register.verify_note(signatures, data, previous=previous)
        except ProofError as error:
            yield Defect("register", path, state.leaf, str(error))

    def _proof(self, path: str, data: bytes | None, state: Opened, entry: bytes) -> Iterator[Defect]:
        try:
            if data is None:
                raise BadProof("The proof of the edition is missing.")
            logged = Logged.of(b"", data)
            logged.check_readable()
            proof, opening, head = readable(logged.proof), readable(logged.opening), readable(logged.head)
            if (proof.index, opening.leaf, opening.nonce) != (state.leaf, entry, state.nonce):
                raise WrongContent("The proof is about another leaf.")
            logged.check_included()
            if head.origin != self._origin:
                raise WrongContent(f"The proof leads to a checkpoint of the log {head.origin}.")
            self._claim(head.size, head.root, path)
            self.signed_checkpoints.setdefault(proof.signed_checkpoint, path)
        except ProofError as error:
            yield Defect("proof", path, state.leaf, str(error))

    def _claim(self, size: int, root: bytes, path: str) -> None:
        known, file = self.claimed.setdefault(size, (root, path))
        if known != root:
            raise WrongRoot(f"It leads to another root over {size} leaves than {file}: the log was forked.")

    def _bundle(
        self, path: str, packed: bytes, state: Opened, entry: bytes, beside: tuple[bytes, bytes | None]
    ) -> Iterator[Defect]:
        """Check that a bundle holds what stands beside it, or at least a proof that is as good."""
        data, proof = beside
        try:
            held = bundle.read(packed)
            if held.edition != data:
                raise BadBundle("The bundle holds another edition than the one beside it.")
        except ProofError as error:
            yield Defect("bundle", path, state.leaf, str(error))
            return
        if held.proof != proof:
            yield from self._proof(path, held.proof, state, entry)
