# SPDX-License-Identifier: Apache-2.0
"""VERIFY.txt: how to check one bundle with OpenSSL, sed and base64 alone (docs/verify.md, "Without us").

The prose is comments, the rest commands made for this very edition: they can be pasted one by one, or run
together with `bash VERIFY.txt`. They write only to the folder `check` beside it, and ask the network nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit

from onrecord.proof import edition, leaf, note, policy, register, shell
from onrecord.proof.bundle import EDITION, FILES, INSTRUCTIONS, Bundle, file_names
from onrecord.proof.canonical import Json, canonicalise
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey
from onrecord.proof.logged import Logged, needed
from onrecord.proof.merkle import HASH_SIZE
from onrecord.proof.register import Register
from onrecord.proof.tlogproof import HEADER

_HASHED = "openssl dgst -sha256 -binary"
_FIRST_HASH_LINE = 4


def write(bundle: Bundle, *, keys: Iterable[PublicKey] = ()) -> bytes:
    """Return the instructions for a bundle. `keys` are the newsroom's, for a bundle without a register.

    Raises a ProofError for what cannot be read. What does not hold gets a step that fails.
    """
    return "".join(f"{line}\n" for line in _Script(bundle, tuple(keys)).lines()).encode()


class _Script:
    def __init__(self, bundle: Bundle, keys: tuple[PublicKey, ...]) -> None:
        self.bundle = bundle
        self.keys = keys
        self.edition = edition.read(bundle.edition)
        self.register = register.read(bundle.register) if bundle.register else None
        self.logged = Logged.of(bundle.edition, bundle.proof)
        self.numbers = count(1)

    def lines(self) -> Iterator[str]:
        yield from self._opening()
        yield from self._undamaged()
        yield from self._entry("edition", self.logged, "this statement")
        yield from self._checkpoint("edition", self.logged)
        yield from self._register()
        yield from self._witnesses()
        yield from self._files()
        yield from self._identity()

    def _opening(self) -> Iterator[str]:
        read = self.edition
        title = shell.one_line(read.title)
        yield from shell.prose(
            "HOW TO CHECK THIS STATEMENT WITHOUT TRUSTING ANYBODY'S PROGRAM",
            "",
            f"{title}",
            f"{shell.one_line(read.statement)}, edition {read.number} ({read.operation}),"
            f" dated {shell.time(read.issued)}",
            "",
            "What it proves: who said this, in exactly these words, and where it stands in a public log to"
            " which entries can only be added. WHAT IT DOES NOT PROVE: THAT WHAT IS SAID IS TRUE.",
            "",
            "You need OpenSSL 3 and the ordinary tools of Linux (bash, sed, base64, sha256sum). Unpack the"
            " archive, open a terminal in its folder, and paste the lines that do not begin with #, or run"
            " them all with: bash VERIFY.txt",
            "",
            "Read them first. They came with the archive, and whoever forges one can forge the other: what"
            " counts is that you see what each command does, and that you learn the keys elsewhere (last"
            " step).",
        )
        yield "export LC_ALL=C"
        yield "failed=0; mkdir -p check"
        yield 'said() { [ "$1" = 0 ] && echo "holds: $2" || { echo "FAILS: $2"; failed=$((failed+1)); }; }'

    def _undamaged(self) -> Iterator[str]:
        yield from self._step(
            "Were the files damaged on the way?",
            "This compares them with what they were when these commands were made. It proves nothing else.",
        )
        for name, content in self.bundle.members():
            if name != INSTRUCTIONS and not name.startswith(FILES):
                digest = sha256(content).hexdigest()
                yield f"echo '{digest}  {name}' | sha256sum -c --quiet; {shell.said(f'{name} is undamaged')}"

    def _entry(self, name: str, logged: Logged, what: str) -> Iterator[str]:
        """Open the commitment, verify the leaf's signature, climb from the leaf to the root."""
        opened, head = needed(logged.leaf), needed(logged.head)
        commitment = to_base64(opened.commitment)
        proof, here = f"{name}.tlog-proof", f"check/{name}"
        yield from self._step(
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
            f"{both} | {_HASHED} | base64", commitment, f"{what} and the nonce have the commitment"
        )
        yield shell.equal(f"cat {here}.leaf", opened.to_bytes().decode(), "it stands in the leaf")
        yield from self._released(name, logged, head.origin)
        yield from self._included(name, logged, commitment)

    def _released(self, name: str, logged: Logged, origin: str) -> Iterator[str]:
        opened, here = needed(logged.leaf), f"check/{name}"
        yield from self._step(
            "Did the newsroom's release key sign the leaf?",
            "It signs the words onrecord/leaf/1, the name of the log, and the commitment.",
        )
        try:
            signer = logged.released_by(origin, self.register.keys if self.register else (), self.keys)
        except ProofError as error:
            yield from shell.prose(str(error))
            yield shell.refused("a known release key signed the leaf")
            return
        yield from self._key(f"{name}.release", signer)
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
        yield from self._step(
            f"Is it entry {proof.index} of the log?",
            "Entries are the leaves of a tree of hashes (RFC 6962). From the hash of this leaf each line"
            " climbs one level, with a hash from the proof on the left or on the right, up to the root over"
            f" all {head.size} entries.",
        )
        yield shell.equal(
            f"sed -n 's/^index //p' {file}", str(proof.index), f"the proof is of entry {proof.index}"
        )
        yield f"{{ printf '\\000'; cat {here}.leaf; }} | {_HASHED} > {here}.0"
        for at, on_the_left in enumerate(shell.sides(proof.index, head.size, len(proof.hashes))):
            sibling = f"sed -n {_FIRST_HASH_LINE + at}p {file} | base64 -d"
            both = f"{sibling}; cat {here}.{at}" if on_the_left else f"cat {here}.{at}; {sibling}"
            yield f"{{ printf '\\001'; {both}; }} | {_HASHED} > {here}.{at + 1}"
        yield shell.equal(
            f"base64 < {here}.{len(proof.hashes)}", to_base64(head.root), "the way leads to the root"
        )
        yield f"sed '1,/^$/d' {file} > {here}.note; sed '/^$/,$d' {here}.note > {here}.text"
        lines = " ".join(map(shlex.quote, head.text().splitlines()))
        yield (
            f"printf '%s\\n' {lines} | cmp -s - {here}.text;"
            f" {shell.said(f'the checkpoint has this root, over {head.size} entries')}"
        )

    def _checkpoint(self, name: str, logged: Logged) -> Iterator[str]:
        head, signed = needed(logged.head), needed(logged.note)
        yield from self._step(
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
                yield from self._key(part, key)
                yield shell.signature(
                    f"check/{name}.note", shell.line_of(signed, number), f"check/{part}.signature"
                )
                yield shell.verify(
                    part, f"check/{name}.text", f"check/{part}.signature", "the log key signed the checkpoint"
                )

    def _register(self) -> Iterator[str]:
        found = self.register
        if found is None or self.bundle.register is None:
            yield from shell.prose(
                "",
                "There was no register of keys yet when this archive was made: the keys above are as the"
                " newsroom itself gives them.",
            )
            return
        if self.bundle.register_proof is not None:
            logged = Logged.of(self.bundle.register, self.bundle.register_proof)
            yield from self._entry("register", logged, "the register of keys")
            if needed(logged.proof).signed_checkpoint == needed(self.logged.proof).signed_checkpoint:
                same = shell.said("its checkpoint is the same")
                yield f"cmp -s check/register.note check/edition.note; {same}"
            else:
                yield from self._checkpoint("register", logged)
        yield from self._roots(found)

    def _roots(self, found: Register) -> Iterator[str]:
        if found.self_declared or self.bundle.register_note is None or self.bundle.register is None:
            yield from shell.prose(
                "",
                "The register is self-declared: no root keys kept elsewhere have signed it, so it rests on"
                " the log key alone.",
            )
            return
        yield from self._step(
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
            f" {_HASHED} register.json | base64; }} > check/root.text"
        )
        over = shell.said("their note is over this register")
        yield f"sed '/^$/,$d' register.note | cmp -s - check/root.text; {over}"
        signed = note.parse(self.bundle.register_note)
        for number, line in enumerate(signed.signatures):
            key = next(
                (key for key in found.roots if (key.name, key.key_id) == (line.name, line.key_id)), None
            )
            if key is not None:
                yield from self._key(f"root.{number}", key, listed=False)
                yield shell.signature(
                    "register.note", shell.line_of(signed, number), f"check/root.{number}.signature"
                )
                yield shell.verify(
                    f"root.{number}",
                    "check/root.text",
                    f"check/root.{number}.signature",
                    f"{key.name} signed",
                )

    def _witnesses(self) -> Iterator[str]:
        signed = needed(self.logged.note)
        known = self._known_witnesses()
        found = [
            (number, line, key)
            for number, line in enumerate(signed.signatures)
            for key in known
            if (line.name, line.key_id) == (key.name, key.key_id)
        ]
        if not found:
            yield from shell.prose(
                "",
                "No witness has signed this checkpoint: that nobody was shown another log is not confirmed by"
                " others. A proof fetched later may carry their signatures.",
            )
            return
        yield from self._step(
            "Have others seen this log?",
            "A witness signs a checkpoint, with the time, only if it continues every one it signed before."
            " It is for you to judge who they are: the keys here are those that the newsroom names.",
        )
        for number, line, key in found:
            part = f"witness.{number}"
            seconds = int.from_bytes(line.signature[:8], "big")
            yield from self._key(part, key, listed=False)
            first = f"printf '%s\\n' cosignature/v1 'time {seconds}'"
            yield f"{first} | cat - check/edition.text > check/{part}.message"
            yield shell.signature(
                "check/edition.note", shell.line_of(signed, number), f"check/{part}.signature"
            )
            when = shell.time(datetime.fromtimestamp(seconds, UTC))
            yield shell.verify(
                part, f"check/{part}.message", f"check/{part}.signature", f"{key.name} saw it, {when}"
            )

    def _known_witnesses(self) -> list[PublicKey]:
        named = list(self.register.witnesses) if self.register else []
        if self.bundle.policy:
            named += [
                w.key for w in policy.parse(self.bundle.policy).witnesses if w.key and w.key not in named
            ]
        return named

    def _files(self) -> Iterator[str]:
        named = self.edition.members.get("files")
        entries = [file for file in named if isinstance(file, dict)] if isinstance(named, list) else []
        if not entries:
            return
        yield from self._step(
            "Are pictures and documents those of the statement?", "The text names each by its SHA-256."
        )
        for name, file in file_names(entries).items():
            digest = file["sha256"]
            if name not in self.bundle.files:
                yield from shell.prose(
                    f"{shell.one_line(name)} is not in this archive; its SHA-256 is {digest}"
                )
                continue
            path = shlex.quote(FILES + name)
            yield (
                f'[ "$(sha256sum < {path} | cut -c1-64)" = {digest} ] && grep -q {digest} {EDITION};'
                f" {shell.said(shell.one_line(name))}"
            )

    def _identity(self) -> Iterator[str]:
        head = needed(self.logged.head)
        found, site = self.register, urlsplit(self.edition.statement)
        yield from self._step(
            "Whose keys are these? No command here can tell.",
            "Everything above shows that the keys in this archive fit together. That they belong to"
            f" {shell.one_line(found.organisation) if found else 'the organisation'} you have to learn from"
            " somewhere else, for example:",
        )
        if site.scheme and site.netloc:
            address = shlex.quote(shell.one_line(f"{site.scheme}://{site.netloc}/register.json"))
            yield f"#   curl -s {address} | cmp - register.json"
        if found is not None and found.domain:
            yield f"#   dig +short TXT {shlex.quote(shell.one_line(f'_onrecord.{found.domain}'))}"
            expected = f"v=onrecord1; log={head.origin}" + (
                "" if found.self_declared else f"; root={found.fingerprint()}"
            )
            yield f"#   which should say: {expected}"
        yield from shell.prose(
            "or from a copy of the register that you, a library or a colleague kept earlier.", ""
        )
        yield 'echo "Steps that failed: $failed. This proves who said what and when, never that it is true."'
        yield '[ "$failed" = 0 ]'

    def _key(self, part: str, key: PublicKey, *, listed: bool = True) -> Iterator[str]:
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

    def _step(self, question: str, *explanation: str) -> Iterator[str]:
        yield ""
        yield from shell.prose(f"{next(self.numbers)}. {question}", *explanation)
