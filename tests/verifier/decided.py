# SPDX-License-Identifier: Apache-2.0
"""The same case put to both verifiers. What they answer must be the same but for the words of `detail`."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onrecord.proof import bundle, decision_verdict, kinds, object_verdict, policy, verdict
from onrecord.proof.bundle import Bundle
from onrecord.proof.case import Pins
from onrecord.proof.errors import ProofError
from onrecord.proof.keys import PublicKey

MODULE = Path(bundle.__file__).parents[1] / "statements" / "site_assets" / "verify.mjs"
RUNNER = Path(__file__).with_name("runner.mjs")


@dataclass(frozen=True)
class GivenPins:
    """What a reader pastes, as text that may be malformed."""

    policy: bytes | None = None
    keys: tuple[str, ...] = ()
    root: str | None = None
    dns_root: str | None = None
    site_register: bytes | None = None
    newest: int | None = None

    def read(self) -> Pins:
        """Return what Python's verifier makes of it. Raises ProofError."""
        return Pins(
            policy=None if self.policy is None else policy.parse(self.policy),
            keys=tuple(PublicKey.from_vkey(text) for text in self.keys),
            root=self.root,
            dns_root=self.dns_root,
            site_register=self.site_register,
            newest=self.newest,
        )

    def to_json(self) -> dict[str, Any]:
        """Return it for the runner."""
        return {
            "policy": _base64(self.policy),
            "keys": list(self.keys),
            "root": self.root,
            "dns_root": self.dns_root,
            "site_register": _base64(self.site_register),
            "newest": self.newest,
        }


@dataclass(frozen=True)
class Case:
    """Something to verify: its parts, or the archive that holds them."""

    name: str
    source: Bundle
    pins: GivenPins = field(default_factory=GivenPins)
    archive: bytes | None = None
    checkpoint: bytes | None = None
    """Judged alone; the source only lends its register."""
    decision: bytes | None = None
    """The proof of a decision; the source only lends its register."""
    object: bytes | None = None
    """An object of the fediverse; the source only lends its register."""

    def to_json(self) -> dict[str, Any]:
        """Return it for the runner."""
        parts = ("edition", "proof", "register", "register_proof", "register_note")
        return {
            "do": "judge",
            "bundle": _base64(self.archive),
            "checkpoint": _base64(self.checkpoint),
            "object": _base64(self.object),
            "decision": _base64(self.decision),
            "source": {
                **{part: _base64(getattr(self.source, part)) for part in parts},
                "files": {name: _base64(bytes(content)) for name, content in self.source.files.items()},
            },
            "pins": self.pins.to_json(),
        }


def by_python(case: Case) -> dict[str, Any]:
    """Return what Python's verifier answers."""
    try:
        pins = case.pins.read()
    except ProofError:
        return {"pins": "refused"}
    if case.decision is not None:
        if kinds.kind_of(case.decision) != "decision":
            return {"decision": False}
        return comparable(decision_verdict.judge(case.decision, case.source, pins).to_json())
    if case.object is not None:
        if kinds.kind_of(case.object) != "object":
            return {"object": False}
        return comparable(object_verdict.judge(case.object, case.source, pins).to_json())
    if case.checkpoint:
        return comparable(verdict.judge_checkpoint(case.checkpoint, case.source, pins).to_json())
    if case.archive is None:
        return comparable(verdict.judge(case.source, pins).to_json())
    if not bundle.is_bundle(case.archive):
        return {"bundle": False}
    try:
        source = bundle.read(case.archive)
    except ProofError as error:
        return comparable(verdict.unreadable(error).to_json())
    return comparable(verdict.judge(source, pins).to_json())


def comparable(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without the words, and with large numbers as text."""
    if "steps" not in answer:
        return dict(answer)
    facts = {name: str(fact) if isinstance(fact, int) else fact for name, fact in answer["facts"].items()}
    steps = [[step["code"], step["outcome"]] for step in answer["steps"]]
    return {"verdict": answer["verdict"], "steps": steps, "facts": facts}


class Node:
    """The browser's verifier in a Node process, which answers a line for a line."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def ask(self, questions: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
        """Yield the answers in order. A few questions are under way at a time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        waiting = 0
        for question in questions:
            self._process.stdin.write(json.dumps(question).encode() + b"\n")
            self._process.stdin.flush()
            waiting += 1
            if waiting == 4:
                yield self._answer()
                waiting -= 1
        for _ in range(waiting):
            yield self._answer()

    def decide(self, cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
        """Yield what the browser's verifier says of each case."""
        return map(comparable, self.ask(case.to_json() for case in cases))

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("Node has ended; its standard error says why.")
        return json.loads(line)


def node_program() -> str | None:
    """Return where Node is, or None."""
    return shutil.which("node")


@contextmanager
def node(*arguments: str) -> Iterator[Node]:
    """Run the browser's verifier in Node. `--own-cryptography` makes it do without WebCrypto."""
    program = node_program()
    assert program is not None
    command = [program, str(RUNNER), str(MODULE), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Node(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # a question that Node did not live to read
                if stream is not None:
                    stream.close()


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")
