# SPDX-License-Identifier: Apache-2.0
"""The steps of VERIFY.txt that are the same for an edition and for the register of keys."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count

from onrecord.proof import edition, leaf, note, register, shell
from onrecord.proof.canonical import Json, canonicalise
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.logged import Logged, needed
from onrecord.proof.merkle import HASH_SIZE
from onrecord.proof.register import Register
from onrecord.proof.tlogproof import HEADER

HASHED = "openssl dgst -sha256 -binary"
_FIRST_HASH_LINE = 4

read_register = lru_cache(maxsize=8)(register.read)
read_logged = lru_cache(maxsize=8)(Logged.of)
"""Take an edition file and its proof apart; what explains a bundle needs the same as its instructions."""


class Steps:
    """Writes numbered steps. The keys that count are those of the register, before there is one `keys`."""

    def __init__(self, found: Register | None, keys: tuple[PublicKey, ...], first: int) -> None:
        self.register = found
        self.keys = keys
        self.numbers = count(first)

    def entry(self, name: str, logged: Logged, what: str) -> Iterator[str]:
        """Open the commitment, verify the leaf's signature, climb from the leaf to the root."""
        opened, head = needed(logged.leaf), needed(logged.head)
        commitment = to_base64(opened.commitment)
        proof, here = f"{name}.tlog-proof", f"check/{name}"
        yield from self.step(
            f"Is {what} what the log holds?",
            "The proof carries a nonce (32 random bytes) and the entry of the log, called leaf. Text and"
            " nonce together must have the hash, the commitment, that stands in the leaf as c.",
        )
        yield f'[ "$(sed -n 1p {proof})" = {HEADER} ]; {shell.said(f"{proof} is a proof")}'
        yield f"sed -n 's/^extra //p' {proof} | base64 -d > {here}.opening"
        pattern = '^{"leaf":"\\(.*\\)","nonce":"\\([A-Za-z0-9+\\/=]*\\)"}$'
        yield f"sed -n 's/{pattern}/\\1/p' {here}.opening | sed 's/\\\\\"/\"/g' | tr -d '\\n' > {here}.leaf"
        yield f"sed -n 's/{pattern}/\\2/p' {here}.opening | base64 -d > {here}.nonce"
        both = f"{{ printf '{edition.VERSION}\\n'; cat {here}.nonce {name}.json; }}"
        yield shell.equal(
            f"{both} | {HASHED} | base64", commitment, f"{what} and the nonce have the commitment"
        )
        yield shell.equal(f"cat {here}.leaf", opened.to_bytes().decode(), "it stands in the leaf")
        yield from self._released(name, logged, head.origin)
        yield from self._included(name, logged, commitment)

    def _released(self, name: str, logged: Logged, origin: str) -> Iterator[str]:
        opened, here = needed(logged.leaf), f"check/{name}"
        yield from self.step(
            "Did the newsroom's release key sign the leaf?",
            "It signs the words onrecord/leaf/1, the name of the log, and the commitment.",
        )
        try:
            signer = logged.released_by(origin, self.register.keys if self.register else (), self.keys)
        except ProofError as error:
            yield from shell.prose(str(error))
            yield shell.refused("a known release key signed the leaf")
            return
        yield from self.key(f"{name}.release", signer)
        yield (
            f"{{ printf '%s\\n' {leaf.VERSION} {shlex.quote(origin)};"
            f" printf %s '{to_base64(opened.commitment)}' | base64 -d; }} > {here}.leaf.message"
        )
        yield (f"""sed -n 's/.*"s":"\\([^"]*\\)".*/\\1/p' {here}.leaf | base64 -d > {here}.leaf.signature""")
        yield shell.verify(
            f"{name}.release", f"{here}.leaf.message", f"{here}.leaf.signature", "the release key signed"
        )

    def _included(self, name: str, logged: Logged, commitment: str) -> Iterator[str]:
        proof, head = needed(logged.proof), needed(logged.head)
        here, file = f"check/{name}", f"{name}.tlog-proof"
        yield from self.step(
            f"Is it entry {proof.index} of the log?",
            "Entries are the leaves of a tree of hashes (RFC 6962). From the hash of this leaf each line"
            " climbs one level, with a hash from the proof on the left or on the right, up to the root over"
            f" all {head.size} entries.",
        )
        yield shell.equal(
            f"sed -n 's/^index //p' {file}", str(proof.index), f"the proof is of entry {proof.index}"
        )
        yield f"{{ printf '\\000'; cat {here}.leaf; }} | {HASHED} > {here}.0"
        for at, on_the_left in enumerate(shell.sides(proof.index, head.size, len(proof.hashes))):
            sibling = f"sed -n {_FIRST_HASH_LINE + at}p {file} | base64 -d"
            both = f"{sibling}; cat {here}.{at}" if on_the_left else f"cat {here}.{at}; {sibling}"
            yield f"{{ printf '\\001'; {both}; }} | {HASHED} > {here}.{at + 1}"
        yield shell.equal(
            f"base64 < {here}.{len(proof.hashes)}", to_base64(head.root), "the way leads to the root"
        )
        yield f"sed '1,/^$/d' {file} > {here}.note; sed '/^$/,$d' {here}.note > {here}.text"
        lines = " ".join(map(shlex.quote, head.text().splitlines()))
        yield (
            f"printf '%s\\n' {lines} | cmp -s - {here}.text;"
            f" {shell.said(f'the checkpoint has this root, over {head.size} entries')}"
        )

    def checkpoint(self, name: str, logged: Logged) -> Iterator[str]:
        """Verify the log's signatures under the checkpoint."""
        head, signed = needed(logged.head), needed(logged.note)
        yield from self.step(
            "Did the log sign that root?",
            "A log that signs two different roots for the same number of entries can be convicted with both.",
        )
        try:
            signers = logged.signed_by(head.origin, self.register.keys if self.register else (), self.keys)
        except ProofError as error:
            yield from shell.prose(str(error))
            yield shell.refused("a known log key signed the checkpoint")
            return
        for number, line in enumerate(signed.signatures):
            key = next((key for key in signers if (key.name, key.key_id) == (line.name, line.key_id)), None)
            if key is not None:
                part = f"{name}.log.{number}"
                yield from self.key(part, key)
                yield shell.signature(
                    f"check/{name}.note", shell.line_of(signed, number), f"check/{part}.signature"
                )
                yield shell.verify(
                    part, f"check/{name}.text", f"check/{part}.signature", "the log key signed the checkpoint"
                )

    def key(self, part: str, key: PublicKey, *, listed: bool = True) -> Iterator[str]:
        """Make a key file, and look the key up in the register where `listed`."""
        yield f"# {key.vkey}"
        raw = f"printf %s '{to_base64(key.kind + key.raw)}' | base64 -d | tail -c {HASH_SIZE}"
        yield f"{{ printf '{shell.DER}'; {raw}; }} > check/{part}.der"
        entry = next((entry for entry in self._entries() if entry.get("vkey") == key.vkey), None)
        if listed and entry is not None:
            yield shell.listed(canonicalise(entry), f"the register lists this key as {shell.span(entry)}")

    def _entries(self) -> Sequence[Mapping[str, Json]]:
        if self.register is None:
            return ()
        body = self.register.edition.members["register"]
        listed = body["keys"] if isinstance(body, dict) else []
        return [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []

    def step(self, question: str, *explanation: str) -> Iterator[str]:
        """Begin a step."""
        yield ""
        yield from shell.prose(f"{next(self.numbers)}. {question}")
        yield from shell.prose(*explanation)


@lru_cache(maxsize=8)
def checkpoint_steps(
    name: str, signed: bytes, found: bytes | None, keys: tuple[PublicKey, ...], first: int
) -> tuple[tuple[str, ...], int]:
    """Return the lines about the signatures under a checkpoint, and the number of the next step.

    `found` is the register of keys. They are the same for thousands of bundles.
    """
    steps = Steps(read_register(found) if found else None, keys, first)
    lines = tuple(steps.checkpoint(name, Logged.of_checkpoint(signed)))
    return lines, next(steps.numbers)


@lru_cache(maxsize=8)
def register_steps(
    data: bytes, proof: bytes | None, signed: bytes | None, beside: bytes, first: int
) -> tuple[tuple[str, ...], int]:
    """Return the lines about the register of keys, and the number of the next step.

    `beside` is the checkpoint of the edition's proof. They are the same for thousands of bundles.
    """
    steps = _RegisterSteps(read_register(data), (), first)
    lines = tuple(steps.lines(data, proof, signed, beside))
    return lines, next(steps.numbers)


class _RegisterSteps(Steps):
    def lines(self, data: bytes, proof: bytes | None, signed: bytes | None, beside: bytes) -> Iterator[str]:
        if proof is not None:
            logged = read_logged(data, proof)
            yield from self.entry("register", logged, "the register of keys")
            if needed(logged.proof).signed_checkpoint == beside:
                same = shell.said("its checkpoint is the same")
                yield f"cmp -s check/register.note check/edition.note; {same}"
            else:
                yield from self.checkpoint("register", logged)
        yield from self._roots(read_register(data), signed)

    def _roots(self, found: Register, signed_note: bytes | None) -> Iterator[str]:
        if found.self_declared or signed_note is None:
            yield from shell.prose(
                "",
                "The register is self-declared: no root keys kept elsewhere have signed it, so it rests on"
                " the log key alone.",
            )
            return
        yield from self.step(
            f"Did {found.threshold} of {len(found.roots)} root keys sign the register?",
            "Root keys are kept away from the newsroom's machines and sign nothing else.",
        )
        vkeys = sorted(root.vkey for root in found.roots)
        lines = " ".join(map(shlex.quote, [register.ROOTS_VERSION, str(found.threshold), *vkeys]))
        fingerprint = found.fingerprint()
        yield shell.equal(
            f"printf '%s\\n' {lines} | sha256sum | cut -c1-64",
            fingerprint,
            f"the root keys have the fingerprint {fingerprint}",
        )
        listed = canonicalise({"keys": [root.vkey for root in found.roots], "threshold": found.threshold})
        yield shell.listed(b'"root":' + listed, "the register lists them")
        yield (
            f"{{ printf '%s\\n' {register.VERSION} {shlex.quote(found.origin)} {found.edition.number};"
            f" {HASHED} register.json | base64; }} > check/root.text"
        )
        over = shell.said("their note is over this register")
        yield f"sed '/^$/,$d' register.note | cmp -s - check/root.text; {over}"
        signed = note.parse(signed_note)
        for number, line in enumerate(signed.signatures):
            key = next(
                (key for key in found.roots if (key.name, key.key_id) == (line.name, line.key_id)), None
            )
            if key is not None:
                yield from self.key(f"root.{number}", key, listed=False)
                yield shell.signature(
                    "register.note", shell.line_of(signed, number), f"check/root.{number}.signature"
                )
                yield shell.verify(
                    f"root.{number}",
                    "check/root.text",
                    f"check/root.{number}.signature",
                    f"{key.name} signed",
                )
