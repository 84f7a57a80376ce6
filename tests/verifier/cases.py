# SPDX-License-Identifier: Apache-2.0
"""Cases for both verifiers, all of them from one seed: valid ones, and whatever can be wrong with one.

A plan is made, twisted before anything is signed, so that what is wrong is well signed, then carried out, and
perhaps damaged byte by byte (damage.py, archives.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from onrecord.proof import bundle
from onrecord.proof.bundle import Bundle
from onrecord.proof.errors import BadBundle
from onrecord.proof.keys import PrivateKey
from onrecord.proof.register import fingerprint
from tests.verifier import damage
from tests.verifier.archives import ARCHIVE_DAMAGE
from tests.verifier.decided import Case, GivenPins
from tests.verifier.pasted import BAD_POLICIES, bad_vkey, odd_policy, policy_text
from tests.verifier.world import (
    COSIGNED,
    Cast,
    Log,
    edition_members,
    listed,
    register_members,
    root_note,
    written,
)

ORIGIN = "town.example/log"
OTHER = "city.example/log"
MOMENT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@dataclass
class Plan:
    """What is going to be logged, signed and given to the reader."""

    rng: Random
    cast: Cast
    impostor: Cast
    fillers: tuple[int, int, int] = (0, 0, 0)
    members: dict[str, object] = field(default_factory=dict)
    edition_bytes: Callable[[bytes], bytes] = bytes
    leaf_origin: str = ""
    release: PrivateKey | None = None
    log_signers: list[PrivateKey] = field(default_factory=list)
    witnesses: list[PrivateKey] = field(default_factory=list)
    cosigned: int = COSIGNED
    checkpoint_text: Callable[[str], str] = str
    with_register: bool = True
    register: dict[str, object] = field(default_factory=dict)
    register_keys: list[dict[str, object]] = field(default_factory=list)
    register_bytes: Callable[[bytes], bytes] = bytes
    register_release: PrivateKey | None = None
    register_signers: list[PrivateKey] = field(default_factory=list)
    register_witnesses: tuple[PrivateKey, ...] = ()
    roots: tuple[PrivateKey, ...] = ()
    threshold: int = 0
    note_signers: tuple[PrivateKey, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    given: dict[str, bytes] | None = None
    pins: GivenPins = field(default_factory=GivenPins)
    leave_out: tuple[str, ...] = ()
    mixed_up: bool = False

    def carry_out(self) -> Bundle:
        """Log the register and the edition, and return what a reader gets."""
        log = Log(self.cast.origin, self.rng)
        before, between, after = self.fillers
        log.fill(before)
        release, cast = self.release or self.cast.release, self.cast
        data = self.register_bytes(written(self._register_members()))
        register = log.append(data, self.register_release or cast.release)
        log.fill(between)
        entry = log.append(self.edition_bytes(written(self.members)), release, origin=self.leaf_origin)
        log.fill(after)
        text = self.checkpoint_text(log.checkpoint([]).decode().rpartition("\n")[0])
        signed = log.checkpoint(
            self.log_signers or [cast.log], self.witnesses, text=text, first=self.cosigned
        )
        of_register = log.checkpoint(self.register_signers or [cast.log])
        proofs = [log.prove(entry, signed), log.prove(register, of_register)]
        if self.mixed_up:
            proofs.reverse()
        note = root_note(data, cast.origin, self.note_signers) if self.note_signers else None
        parts = {"register": data, "register_proof": proofs[1], "register_note": note}
        if not self.with_register:
            parts = {}
        kept = {name: part for name, part in parts.items() if name not in self.leave_out}
        files = self.files if self.given is None else self.given
        return Bundle(edition=entry.data, proof=proofs[0], files=files, instructions=b"Read me.\n", **kept)

    def _register_members(self) -> dict[str, object]:
        keys = self.register_keys or [listed(self.cast.release, "release"), listed(self.cast.log, "log")]
        members = register_members(
            self.cast.origin,
            keys,
            roots=self.roots,
            threshold=self.threshold,
            witnesses=self.register_witnesses,
        )
        return {**members, **self.register}


Twist = Callable[[Random, Plan], None]


def plan(rng: Random) -> Plan:
    """Return a plan with which nothing is wrong."""
    cast, impostor = Cast.of(ORIGIN), Cast.of(ORIGIN, "impostor")
    fillers = (rng.randrange(5), rng.randrange(9), rng.randrange(9))
    made = Plan(rng, cast, impostor, fillers)
    roots = rng.choice([0, 0, 1, 3, 3])
    made.roots, made.threshold = cast.roots[:roots], min(roots, 2)
    made.note_signers = tuple(rng.sample(cast.roots[:roots], made.threshold)) if roots else ()
    made.witnesses = list(rng.sample(cast.witnesses, rng.randrange(4)))
    made.register_witnesses = tuple(rng.sample(cast.witnesses, rng.randrange(3)))
    names = rng.sample(["plan.pdf", "photo.png", "übersicht.txt", "1"], rng.choice([0, 0, 1, 2]))
    made.files = {name: rng.randbytes(rng.randrange(40)) for name in names}
    entries = [_entry(name, data) for name, data in made.files.items()]
    made.members = edition_members(ORIGIN, files=entries)
    made.pins = GivenPins(root=fingerprint(made.threshold, [root.public.vkey for root in made.roots]))
    if not roots or rng.random() < 0.4:
        made.pins = GivenPins(policy=policy_text(rng, cast))
    return made


def _entry(name: str, data: bytes) -> dict[str, object]:
    digest = hashlib.sha256(data).hexdigest()
    return {"name": name, "type": "application/octet-stream", "size": len(data), "sha256": digest}


# Twists: what can be wrong although it is well signed.


def _another_release_key(rng: Random, made: Plan) -> None:
    made.release = rng.choice([made.cast.next_release, made.impostor.release])


def _another_log_key(rng: Random, made: Plan) -> None:
    signers = [made.cast.log, made.cast.next_log, made.impostor.log]
    made.log_signers = rng.sample(signers, rng.randint(1, 3))


def _another_log_key_of_register(rng: Random, made: Plan) -> None:
    made.register_signers = rng.sample([made.cast.log, made.cast.next_log, made.impostor.log], 1)


def _key_states(rng: Random, made: Plan) -> None:
    entries = []
    for secret, role, limit in (
        (made.cast.release, "release", 20),
        (made.cast.next_release, "release", 20),
        (made.cast.log, "log", 24),
        (made.cast.next_log, "log", 24),
    ):
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            state = rng.choice(["active", "active", "retired", "compromised"])
            first = rng.choice([0, 0, rng.randrange(limit)])
            last = rng.randrange(limit) if state != "active" or rng.random() < 0.3 else None
            entries.append(listed(secret, role, first=first, last=last, state=state))
    rng.shuffle(entries)
    made.register_keys = entries
    if rng.random() < 0.5:
        made.log_signers = rng.sample([made.cast.log, made.cast.next_log], rng.randint(1, 2))
    if rng.random() < 0.3:
        made.release = made.cast.next_release


def _no_register(rng: Random, made: Plan) -> None:
    made.with_register = False
    vkeys = [made.cast.release.public.vkey, made.cast.log.public.vkey]
    made.pins = replace(made.pins, keys=tuple(rng.sample(vkeys, rng.randrange(3))))


def _parts_left_out(rng: Random, made: Plan) -> None:
    made.leave_out = tuple(rng.sample(["register_proof", "register_note"], rng.randint(1, 2)))


def _malformed_register(rng: Random, made: Plan) -> None:
    made.register_bytes = rng.choice(damage.JSON_DAMAGE)(rng)


def _odd_register(rng: Random, made: Plan) -> None:
    register = dict(made._register_members()["register"])  # type: ignore[call-overload]  # made by register_members
    register.update(damage.odd_member(rng, damage.REGISTER_ODDITIES))
    made.register = {"register": register}


def _odd_edition(rng: Random, made: Plan) -> None:
    made.members.update(damage.odd_member(rng, damage.EDITION_ODDITIES))


def _malformed_edition(rng: Random, made: Plan) -> None:
    made.edition_bytes = rng.choice(damage.JSON_DAMAGE)(rng)


def _register_of_another_log(rng: Random, made: Plan) -> None:
    made.register = {"log": OTHER}


def _edition_of_another_log(rng: Random, made: Plan) -> None:
    made.members["log"] = OTHER


def _leaf_of_another_log(rng: Random, made: Plan) -> None:
    made.leaf_origin = OTHER


def _odd_checkpoint(rng: Random, made: Plan) -> None:
    made.checkpoint_text = rng.choice(damage.CHECKPOINT_ODDITIES)(rng)


def _impostor(rng: Random, made: Plan) -> None:
    made.cast = made.impostor
    made.roots = made.impostor.roots[: len(made.roots)]
    made.note_signers = made.impostor.roots[: len(made.note_signers)]


def _root_signatures(rng: Random, made: Plan) -> None:
    everyone = [*made.cast.roots, *made.impostor.roots]
    made.note_signers = tuple(rng.sample(everyone, rng.randrange(5)))


def _root_listed_twice(rng: Random, made: Plan) -> None:
    made.roots, made.threshold = (made.cast.roots[0], made.cast.roots[0]), rng.choice([1, 2])
    made.note_signers = made.roots[: rng.randint(1, 2)]


def _odd_times(rng: Random, made: Plan) -> None:
    made.cosigned = rng.choice([0, 1, 253402300740, 2**63 - 1, 2**63, 2**64 - 200])
    made.witnesses = list(made.cast.witnesses[:2])
    made.register_witnesses = made.cast.witnesses


def _attachments(rng: Random, made: Plan) -> None:
    given = dict(made.files)
    for name in list(given):
        given[name] = rng.choice([given[name], given[name] + b"!", b"", given[name][::-1]])
        if rng.random() < 0.3:
            del given[name]
    if rng.random() < 0.4:
        given["extra.txt"] = b"extra"
    made.given = given


def _attachments_of_one_name(rng: Random, made: Plan) -> None:
    one, other = rng.randbytes(5), rng.choice([b"", rng.randbytes(6)])
    entries = [_entry("twin.txt", one), _entry("twin.txt", other or one)]
    made.members["files"] = entries
    named = bundle.file_names(entries)
    made.files = {name: one if file == entries[0] else other for name, file in named.items()}


def _other_pins(rng: Random, made: Plan) -> None:
    good = fingerprint(made.threshold, [root.public.vkey for root in made.roots])
    policies = [policy_text(rng, made.cast), policy_text(rng, made.impostor), rng.choice(BAD_POLICIES)]
    policies.append(odd_policy(rng, made.cast))
    keys = [made.cast.log, made.cast.next_log, made.impostor.log, made.cast.release, made.impostor.release]
    vkeys = [*(secret.public.vkey for secret in rng.sample(keys, rng.randrange(3)))]
    if rng.random() < 0.1:
        vkeys.append(bad_vkey(rng, made.cast.log.public.vkey))
    made.pins = GivenPins(
        policy=rng.choice([None, *policies]),
        keys=tuple(vkeys),
        root=rng.choice([None, good, f" {good.upper()}\n", "0" * 64, ""]),
        dns_root=rng.choice([None, None, good, "f" * 64]),
        site_register=_site_register(rng, made),
        newest=rng.choice([None, 0, 1, 2]),
    )


def _site_register(rng: Random, made: Plan) -> bytes | None:
    cast = rng.choice([made.cast, made.cast, made.impostor])
    state = rng.choice(["active", "retired", "compromised"])
    keys = [listed(cast.release, "release"), listed(cast.log, "log", last=rng.choice([3, 40]), state=state)]
    good = written(register_members(rng.choice([cast.origin] * 5 + [OTHER]), keys))
    return rng.choice([None, None, good, good, good, b"", b"{}"])


def _mixed_up(rng: Random, made: Plan) -> None:
    made.mixed_up = True


TWISTS: tuple[Twist, ...] = (
    _another_release_key,
    _another_log_key,
    _another_log_key_of_register,
    _key_states,
    _key_states,
    _no_register,
    _parts_left_out,
    _malformed_register,
    _odd_register,
    _odd_edition,
    _malformed_edition,
    _register_of_another_log,
    _edition_of_another_log,
    _leaf_of_another_log,
    _odd_checkpoint,
    _impostor,
    _root_signatures,
    _root_listed_twice,
    _odd_times,
    _attachments,
    _attachments_of_one_name,
    _other_pins,
    _other_pins,
    _mixed_up,
)


def generate(seed: int, count: int) -> Iterator[Case]:
    """Yield cases; the same for the same seed."""
    for number in range(count):
        yield _case(Random(f"{seed}/{number}"), f"{seed}/{number}")  # repeatable, nothing secret


def _case(rng: Random, name: str) -> Case:
    made = plan(rng)
    names = [name]
    for twist in rng.sample(TWISTS, rng.choice([0, 0, 1, 1, 1, 2, 3])):
        twist(rng, made)
        names.append(twist.__name__.strip("_"))
    source = made.carry_out()
    if rng.random() < 0.45:
        spoil = rng.choice(damage.PART_DAMAGE)
        source = spoil(rng, source)
        names.append(spoil.__name__.strip("_"))
    archive = checkpoint = None
    if rng.random() < 0.1:
        names.append("checkpoint alone")
        checkpoint = source.proof.partition(b"\n\n")[2]
        if rng.random() < 0.2:
            source = Bundle(b"", b"")
    elif rng.random() < 0.3:
        try:
            archive = bundle.write(source, MOMENT)
        except BadBundle:
            names.append("no archive")
        if archive is not None and rng.random() < 0.6:
            spoil_archive = rng.choice(ARCHIVE_DAMAGE)
            archive = spoil_archive(rng, source, archive)
            names.append(spoil_archive.__name__.strip("_"))
    return Case(" ".join(names), source, made.pins, archive, checkpoint)
