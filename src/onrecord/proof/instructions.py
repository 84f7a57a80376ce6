# SPDX-License-Identifier: Apache-2.0
"""VERIFY.txt: how to check one bundle with OpenSSL, sed and base64 alone (docs/verify.md, "Without us").

The prose is comments, the rest commands made for this very edition: they can be pasted one by one, or run
together with `bash VERIFY.txt`. They write only to the folder `check` beside it, and ask the network nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit

from onrecord.proof import policy, shell
from onrecord.proof.bundle import EDITION, FILES, INSTRUCTIONS, Bundle, file_names
from onrecord.proof.keys import PublicKey
from onrecord.proof.logged import needed, readable
from onrecord.proof.steps import Steps, checkpoint_steps, read_logged, read_register, register_steps


def write(bundle: Bundle, *, keys: Iterable[PublicKey] = ()) -> bytes:
    """Return the instructions for a bundle. `keys` are the newsroom's, for a bundle without a register.

    Raises a ProofError for what cannot be read. What does not hold gets a step that fails.
    """
    return "".join(f"{line}\n" for line in _Script(bundle, tuple(keys)).lines()).encode()


class _Script(Steps):
    def __init__(self, bundle: Bundle, keys: tuple[PublicKey, ...]) -> None:
        super().__init__(read_register(bundle.register) if bundle.register else None, keys, 1)
        self.bundle = bundle
        self.logged = read_logged(bundle.edition, bundle.proof)
        self.edition = readable(self.logged.edition)

    def lines(self) -> Iterator[str]:
        yield from self._opening()
        yield from self._undamaged()
        yield from self.entry("edition", self.logged, "this statement")
        yield from self._signed()
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
        )
        # Apart from what is the same in every bundle: that is set in lines once.
        yield from shell.prose(
            f"{title}",
            f"{shell.one_line(read.statement)}, edition {read.number} ({read.operation}),"
            f" dated {shell.time(read.issued)}",
        )
        yield from shell.prose(
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
        yield from self.step(
            "Were the files damaged on the way?",
            "This compares them with what they were when these commands were made. It proves nothing else.",
        )
        for name, content in self.bundle.members():
            if name != INSTRUCTIONS and not name.startswith(FILES):
                digest = sha256(content).hexdigest()
                yield f"echo '{digest}  {name}' | sha256sum -c --quiet; {shell.said(f'{name} is undamaged')}"

    def _signed(self) -> Iterator[str]:
        signed = needed(self.logged.proof).signed_checkpoint
        lines, following = checkpoint_steps(
            "edition", signed, self.bundle.register, self.keys, next(self.numbers)
        )
        self.numbers = count(following)
        yield from lines

    def _register(self) -> Iterator[str]:
        source = self.bundle
        if source.register is None:
            yield from shell.prose(
                "",
                "There was no register of keys yet when this archive was made: the keys above are as the"
                " newsroom itself gives them.",
            )
            return
        beside = needed(self.logged.proof).signed_checkpoint
        lines, following = register_steps(
            source.register, source.register_proof, source.register_note, beside, next(self.numbers)
        )
        self.numbers = count(following)
        yield from lines

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
        yield from self.step(
            "Have others seen this log?",
            "A witness signs a checkpoint, with the time, only if it continues every one it signed before."
            " It is for you to judge who they are: the keys here are those that the newsroom names.",
        )
        for number, line, key in found:
            part = f"witness.{number}"
            seconds = int.from_bytes(line.signature[:8], "big")
            yield from self.key(part, key, listed=False)
            first = f"printf '%s\\n' cosignature/v1 'time {seconds}'"
            yield f"{first} | cat - check/edition.text > check/{part}.message"
            yield shell.signature(
                "check/edition.note", shell.line_of(signed, number), f"check/{part}.signature"
            )
            when = _moment(seconds)
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
        yield from self.step(
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
        yield from self.step(
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


def _moment(seconds: int) -> str:
    try:
        return shell.time(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):  # a witness may sign any time at all
        return f"{seconds} seconds after 1970"
