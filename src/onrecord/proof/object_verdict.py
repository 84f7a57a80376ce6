# SPDX-License-Identifier: Apache-2.0
"""The verdict on an object of the fediverse: did an account of that newsroom say this (docs/verify.md)?

Six steps, with the outcomes of any other verdict. The register says whose key it is and when it counts; the
verifier in the browser takes the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from onrecord.proof import objects, register, verdict
from onrecord.proof.bundle import Bundle
from onrecord.proof.canonical import Json
from onrecord.proof.case import Case, Pins
from onrecord.proof.errors import Compromised, OutOfTime, ProofError, Undecided, WrongOrigin, WrongSignature
from onrecord.proof.logged import attempt, needed, readable
from onrecord.proof.objects import Object
from onrecord.proof.register import COMPROMISED, MOMENT, ListedKey, Register
from onrecord.proof.verdict import Verdict

DECISIVE = ("object", "proof", "key", "register", "identity")
"""The steps without which no verdict on an object holds."""


@dataclass(frozen=True, slots=True)
class _Case:
    read: Object | ProofError
    of_register: Case
    """A case about the register alone: it is what was logged."""


def judge(data: bytes, lent: Bundle | None = None, pins: Pins | None = None) -> Verdict:
    """Return the verdict on an object or activity. `lent` lends its register of keys, with its proof."""
    held = lent or Bundle(b"", b"")
    alone = replace(held, edition=held.register or b"", proof=held.register_proof or b"", files={})
    case = _Case(attempt(objects.read, data), Case.of(alone, pins or Pins()))
    steps = [verdict.taken(code, step, case) for code, step in _STEPS.items()]
    facts = dict(_facts(case))
    return Verdict((*steps, *verdict.steps_on_register(case.of_register)), facts, decisive=DECISIVE)


def _object(case: _Case) -> str:
    read = readable(case.read)
    return f"{read.type} {read.id}, well formed, in the name of {read.account}."


def _proof(case: _Case) -> str:
    found = _that_proved(needed(case.read), case.of_register.register_at_hand())
    return f"Not one character differs from what the key {found[0].key.key_id.hex()} proved."


def _key(case: _Case) -> str:
    read, of_register = needed(case.read), case.of_register
    created = read.proof.created
    if not MOMENT.fullmatch(created):
        raise OutOfTime(f"The proof says that it is of {created[:60]!r}, which is no UTC time.")
    found = of_register.register_at_hand()
    try:
        listed = _that_proved(read, found)
    except (Undecided, WrongSignature) as error:
        raise Undecided("Whose key it is is not established; see above.") from error
    said = _counting(listed, created)
    site = attempt(register.read, of_register.pins.site_register or b"")
    if isinstance(site, Register) and site.origin == found.origin:
        key = said.key
        shown = [one for one in site.proving_keys(said.method) if one.key == key]
        if not shown:
            raise WrongOrigin("The register that the site itself shows does not list this key.")
        said = _counting(shown, created)
    until = f" to {said.until}" if said.until else ""
    return f"The register lists it, {said.state}, from {said.since}{until}; the proof is of {created}."


_STEPS: Mapping[str, Callable[[_Case], str]] = {"object": _object, "proof": _proof, "key": _key}


def _that_proved(read: Object, found: Register) -> list[ListedKey]:
    """Return the entries of the key that made the proof, of those listed under the address that it names.

    Raises Undecided if none is listed, WrongSignature if none of them made it.
    """
    candidates = found.proving_keys(read.proof.method)
    if not candidates:
        raise Undecided(
            f"The register lists no key {read.proof.method}. It may be newer than this register, or not"
            " be the newsroom's."
        )
    for listed in candidates:
        if not isinstance(attempt(read.proof.verify, listed.key), ProofError):
            return [one for one in candidates if one.key == listed.key]
    raise WrongSignature("The proof is not by the key that the register lists, or something was changed.")


def _counting(listed: Sequence[ListedKey], created: str) -> ListedKey:
    """Return the entry by which a key counts at a moment. Raises OutOfTime or Compromised."""
    covering = [one for one in listed if one.since <= created and (not one.until or created <= one.until)]
    good = [one for one in covering if one.state != COMPROMISED]
    if good:
        return good[0]
    key_id = listed[0].key.key_id.hex()
    if covering:
        raise Compromised(
            f"The key {key_id} was revoked later: a thief can write any date. Look for the statement itself."
        )
    until = f" to {listed[0].until}" if listed[0].until else ""
    raise OutOfTime(
        f"The key {key_id}, which is {listed[0].state}, counts from {listed[0].since}{until}; the proof says"
        f" that it is of {created}."
    )


def _facts(case: _Case) -> Iterator[tuple[str, Json]]:
    read, found = case.read, case.of_register.register
    if isinstance(read, Object):
        yield "object", read.id
        yield "type", read.type
        yield "name", read.name
        yield "account", read.account
        yield "created", read.proof.created
    if isinstance(found, Register):
        yield "origin", found.origin
        yield "organisation", found.organisation
        yield "fingerprint", found.fingerprint()
