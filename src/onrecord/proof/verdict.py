# SPDX-License-Identifier: Apache-2.0
"""The verdict on one edition: is it on the record, and whose record is that (docs/verify.md)?

Eleven steps; each holds, fails, cannot be decided (unknown) or was not tried (skipped). The verifier in the
browser takes the same steps and must come to the same outcomes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from onrecord.proof import bundle, decision, register
from onrecord.proof.bundle import Bundle
from onrecord.proof.canonical import Json
from onrecord.proof.case import Case, Pins
from onrecord.proof.cosignature import Cosigned
from onrecord.proof.decision import Evidence
from onrecord.proof.edition import timestamp
from onrecord.proof.encoding import to_base64
from onrecord.proof.errors import Compromised, ProofError, Undecided, Unknown, WrongContent, WrongOrigin
from onrecord.proof.logged import Skipped, attempt, needed, readable
from onrecord.proof.register import Register

DECISIVE = ("edition", "text", "released", "included", "checkpoint", "register", "identity")
"""The steps without which no verdict on an edition holds."""
OF_A_CHECKPOINT = ("checkpoint", "register", "root", "identity", "witnessed")
"""The steps that make sense for a checkpoint alone."""
OF_A_REGISTER = ("register", "root", "identity")
LIMITS = "This proves who said what and when, never that it is true."

_Asked = TypeVar("_Asked")


class Outcome(StrEnum):
    """What came of a step, or of all."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step and, in words, why it came out so."""

    code: str
    outcome: Outcome
    detail: str

    def to_json(self) -> dict[str, Json]:
        """Return this step as verifiers write it."""
        return {"code": self.code, "detail": self.detail, "outcome": str(self.outcome)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of an edition. The facts are what it claims; they count once the steps hold."""

    steps: tuple[Step, ...]
    facts: Mapping[str, Json]
    decisive: tuple[str, ...] = DECISIVE

    @property
    def outcome(self) -> Outcome:
        """Fails if any step fails; holds if all decisive steps hold; otherwise unknown."""
        outcomes = {step.code: step.outcome for step in self.steps}
        if Outcome.FAILS in outcomes.values():
            return Outcome.FAILS
        if all(outcomes.get(code) is Outcome.HOLDS for code in self.decisive):
            return Outcome.HOLDS
        return Outcome.UNKNOWN

    def step(self, code: str) -> Step:
        """Return the step of this name."""
        return next(step for step in self.steps if step.code == code)

    def to_json(self) -> dict[str, Json]:
        """Return the verdict as verifiers write it."""
        return {
            "facts": dict(self.facts),
            "steps": [step.to_json() for step in self.steps],
            "verdict": str(self.outcome),
        }


def judge(source: Bundle, pins: Pins | None = None) -> Verdict:
    """Take all steps, whatever comes of the first ones."""
    case = Case.of(source, pins or Pins())
    steps = tuple(taken(code, step, case) for code, step in _STEPS.items())
    return Verdict(steps, dict(_facts(case)))


def judge_decision(source: Evidence, logged_in: Bundle, pins: Pins | None = None) -> Verdict:
    """Return the verdict on a decision: `logged_in` is the edition that commits to it, with its proof."""
    found = judge(logged_in, pins)
    edition = Case.of(logged_in, pins or Pins()).logged.edition
    facts: dict[str, Json] = {}
    try:
        members = decision.check(source, readable(edition))
        step = Step("decision", Outcome.HOLDS, "Salt and decision give a commitment that this edition lists.")
        facts = {name: members[name] for name in ("number", "verdict", "decided")}
    except ProofError as error:
        step = Step("decision", Outcome.FAILS, str(error))
    return Verdict((step, *found.steps), {**found.facts, **facts}, decisive=("decision", *DECISIVE))


def judge_checkpoint(signed: bytes, register_of: Bundle | None = None, pins: Pins | None = None) -> Verdict:
    """Return the verdict on a checkpoint alone: who signed it, and whom the reader knows of these.

    `register_of` lends its register. Without one, keys that the reader gave are enough.
    """
    case = Case.of_checkpoint(signed, register_of, pins or Pins())
    steps = tuple(taken(code, _STEPS[code], case) for code in OF_A_CHECKPOINT)
    return Verdict(steps, dict(_facts(case)), decisive=("checkpoint", "identity"))


def steps_on_register(case: Case) -> tuple[Step, ...]:
    """Take the steps that say whose register it is, of a case that is about nothing but a register."""
    return tuple(taken(code, _STEPS[code], case) for code in OF_A_REGISTER)


def unreadable(error: ProofError) -> Verdict:
    """Return the verdict on a bundle that cannot even be opened."""
    first, *rest = _STEPS
    skipped = (Step(code, Outcome.SKIPPED, "The bundle cannot be opened.") for code in rest)
    return Verdict((Step(first, Outcome.FAILS, str(error)), *skipped), {})


def taken(code: str, step: Callable[[_Asked], str], case: _Asked) -> Step:
    """Take one step: what it returns is why it holds, what it raises why not."""
    try:
        return Step(code, Outcome.HOLDS, step(case))
    except Skipped as error:
        return Step(code, Outcome.SKIPPED, str(error))
    except Unknown as error:
        return Step(code, Outcome.UNKNOWN, str(error))
    except ProofError as error:
        return Step(code, Outcome.FAILS, str(error))


# Steps: each returns in words what holds, or raises what keeps it from holding.


def _edition(case: Case) -> str:
    read, head = readable(case.logged.edition), case.logged.head
    if not isinstance(head, ProofError) and head.origin != read.log:
        raise WrongOrigin(f"The edition was made for the log {read.log}; its proof is from {head.origin}.")
    return f"Edition {read.number} of {read.statement}, well formed."


def _text(case: Case) -> str:
    needed(case.logged.proof)
    readable(case.logged.opening)
    readable(case.logged.leaf)
    case.logged.check_opened()
    return "Every byte is as it was logged: text and nonce open the commitment in the leaf."


def _released(case: Case) -> str:
    key = case.logged.released_by(case.origin, case.listed, case.trusted)
    return f"Signed for release with the key {key.key_id.hex()} ({key.name})."


def _included(case: Case) -> str:
    proof = readable(case.logged.proof)
    needed(case.logged.leaf)
    case.logged.check_included()
    return f"Entry {proof.index} of the log, which had {needed(case.logged.head).size} entries then."


def _checkpoint(case: Case) -> str:
    if case.logged.head is case.logged.proof:
        raise Skipped("The proof that holds the checkpoint cannot be read.")
    head = readable(case.logged.head)
    keys = case.logged.signed_by(case.origin, case.listed, case.trusted)
    return f"The log {head.origin} signed its state with the key {keys[0].key_id.hex()}."


def _register(case: Case) -> str:
    if case.register is None:
        raise Skipped("There is no register of keys with this proof.")
    found, proof = readable(case.register), case.logged_register
    head = case.logged.head
    if not isinstance(head, ProofError) and head.origin != found.origin:
        raise WrongOrigin(f"The register is of the log {found.origin}, not of {head.origin}.")
    if proof is None:
        raise Undecided("The register comes without its proof.")
    if readable(proof.head).origin != found.origin:
        raise WrongOrigin(f"The proof of the register is from the log {readable(proof.head).origin}.")
    readable(proof.leaf)
    proof.check_opened()
    proof.released_by(found.origin, found.keys)
    proof.check_included()
    proof.signed_by(found.origin, found.keys)
    index = needed(proof.proof).index
    return f"Register {found.edition.number} of {found.organisation} is itself entry {index} of the log."


def _root(case: Case) -> str:
    found = case.register_at_hand()
    if found.self_declared:
        raise Undecided("No root keys: the newsroom alone says which keys are its own.")
    if case.source.register_note is None:
        raise Undecided("The register names root keys, but their signatures are not here.")
    register.verify_note(case.source.register_note, case.source.register or b"", previous=None)
    return f"At least {found.threshold} of {len(found.roots)} root keys signed the register."


def _identity(case: Case) -> str:
    answers = [
        taken("identity", ask, case)
        for asked, ask in (
            (case.pins.log_keys(case.origin), _identity_by_log_key),
            (case.pins.root, _identity_by_root),
            (case.pins.dns_root, _identity_by_dns),
            (case.pins.site_register, _identity_by_site),
        )
        if asked
    ]
    for outcome in (Outcome.FAILS, Outcome.HOLDS, Outcome.UNKNOWN, Outcome.SKIPPED):
        details = [answer.detail for answer in answers if answer.outcome is outcome]
        if details and outcome is Outcome.FAILS:
            raise WrongOrigin(" ".join(details))
        if details and outcome is Outcome.HOLDS:
            _refuse_revoked(case)
            return " ".join(details)
        if details:
            raise Undecided(" ".join(details))
    raise Undecided(
        f"Nothing here was compared with what you know of {case.origin} from elsewhere: give the root"
        " fingerprint, a key or a policy, or ask the site itself."
    )


def _refuse_revoked(case: Case) -> None:
    """Raise Compromised if the site's own register says so: what the reader knows may be older than that."""
    if not case.pins.site_register:
        return
    try:
        _identity_by_site(case)
    except Compromised:
        raise
    except (ProofError, Skipped):
        return  # said by the step itself, which weighs it against the other answers


def _identity_by_log_key(case: Case) -> str:
    keys = case.pins.log_keys(case.origin)
    # With the register's own checkpoint too: a forged register beside a genuine edition must not count.
    for proof in (case.logged, case.logged_register):
        if proof is not None:
            proof.signed_by(case.origin, (), keys)
    return "The log's key is the one you gave."


def _identity_by_root(case: Case) -> str:
    return _same_root(case, case.pins.root or "", "you gave")


def _identity_by_dns(case: Case) -> str:
    return _same_root(case, case.pins.dns_root or "", "the organisation's domain names in DNS")


def _same_root(case: Case, expected: str, whose: str) -> str:
    found = case.register_at_hand()
    if found.fingerprint() != expected.strip().lower():
        raise WrongOrigin(
            f"The root keys have the fingerprint {found.fingerprint()}; the one {whose} is {expected}."
        )
    if taken("root", _root, case).outcome is not Outcome.HOLDS:
        raise Undecided(
            f"The root fingerprint is the one {whose}, but the root keys did not sign this register."
        )
    return f"The root fingerprint is the one {whose}."


def _identity_by_site(case: Case) -> str:
    site = attempt(register.read, case.pins.site_register or b"")
    if isinstance(site, ProofError):
        raise Undecided(f"The register of the site itself cannot be read. {site}")
    if site.origin != case.origin:
        raise WrongOrigin(f"The site {case.origin} shows a register of the log {site.origin}.")
    for proof in (case.logged, case.logged_register):
        if proof is None:
            continue
        try:
            if not isinstance(proof.leaf, ProofError):
                proof.released_by(site.origin, site.keys)
            proof.signed_by(site.origin, site.keys)
        except Compromised:
            raise
        except ProofError as error:
            raise WrongOrigin(f"Not by the register that the site itself shows. {error}") from error
    return "The site of the log itself, asked over HTTPS, lists these keys."


def _witnessed(case: Case) -> str:
    policy = case.pins.policy
    cosigned = case.cosigned()
    if policy is None or not policy.demands_witnesses:
        raise Undecided("You gave no policy that names witnesses." + _told(cosigned))
    try:
        log_keys = case.logged.signed_by(case.origin, case.listed, case.trusted)
    except ProofError as error:
        raise Undecided("Who signed the checkpoint is not established.") from error
    signed = needed(case.logged.note).to_bytes()
    if not policy.check(signed, case.origin, log_keys=log_keys).quorum_met:
        raise Undecided("Too few of the witnesses in your policy have cosigned." + _told(cosigned))
    return "Enough of the witnesses in your policy have cosigned." + _told(cosigned)


def _files(case: Case) -> str:
    named = bundle.file_names(case.named_files())
    for name, content in case.source.files.items():
        if name not in named:
            raise WrongContent(f"The file {name} is not one that the edition names.")
        if len(content) != named[name]["size"]:
            raise WrongContent(f"The file {name} has {len(content)} bytes, not {named[name]['size']}.")
        if hashlib.sha256(content).hexdigest() != named[name]["sha256"]:
            raise WrongContent(f"The file {name} is not the one that the edition names.")
    missing = [name for name in named if name not in case.source.files]
    if missing:
        raise Undecided(f"Not at hand: {', '.join(missing)}.")
    return f"{len(named)} attachments, each as the edition names it." if named else "It has no attachments."


def _current(case: Case) -> str:
    newest = case.pins.newest
    if newest is None:
        raise Skipped("Not asked: whether there is a newer edition is known only online.")
    number = needed(case.logged.edition).number
    if newest > number:
        raise Undecided(f"A newer edition exists: {newest}. This is edition {number}.")
    return f"Edition {number} is the newest."


_STEPS: Mapping[str, Callable[[Case], str]] = {
    "edition": _edition,
    "text": _text,
    "released": _released,
    "included": _included,
    "checkpoint": _checkpoint,
    "register": _register,
    "root": _root,
    "identity": _identity,
    "witnessed": _witnessed,
    "files": _files,
    "current": _current,
}


def _told(cosigned: Sequence[Cosigned]) -> str:
    told = [f"{one.name} at {_moment(one.time)}" for one in cosigned]
    return f" Seen by {', '.join(told)}." if told else ""


def _moment(seconds: int) -> str:
    try:
        return timestamp(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return f"{seconds} seconds after 1970"


def _facts(case: Case) -> Iterator[tuple[str, Json]]:
    logged, found = case.logged, case.register
    if not isinstance(logged.edition, ProofError):
        yield "statement", logged.edition.statement
        yield "edition", logged.edition.number
        yield "op", logged.edition.operation
        yield "title", logged.edition.title
        yield "lang", logged.edition.language
        yield "issued", timestamp(logged.edition.issued)
    if not isinstance(logged.proof, ProofError):
        yield "index", logged.proof.index
    if not isinstance(logged.leaf, ProofError):
        yield "release_key", logged.leaf.key_id.hex()
    if not isinstance(logged.head, ProofError):
        yield "origin", logged.head.origin
        yield "size", logged.head.size
        yield "root", to_base64(logged.head.root)
    if isinstance(found, Register):
        yield "organisation", found.organisation
        yield "fingerprint", found.fingerprint()
    if not isinstance(logged.note, ProofError):
        cosigned = attempt(Case.cosigned, case)
        if not isinstance(cosigned, ProofError):
            yield "cosigned", [{"name": one.name, "time": _moment(one.time)} for one in cosigned]
