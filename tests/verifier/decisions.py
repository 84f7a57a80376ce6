# SPDX-License-Identifier: Apache-2.0
"""Cases of proofs of decisions: valid ones, and whatever can be wrong with one, its edition or register."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from onrecord.proof import decision
from onrecord.proof.bundle import Bundle
from onrecord.proof.canonical import canonicalise
from onrecord.proof.encoding import to_base64
from tests.verifier import cases, damage
from tests.verifier.cases import ORIGIN, OTHER, Plan
from tests.verifier.decided import Case


@dataclass
class Kept:
    """What is going to be decided, committed to, and kept."""

    rng: Random
    members: dict[str, Any]
    words: dict[str, bytes]
    salt: bytes
    others: list[bytes]
    said: dict[str, Any] = field(default_factory=dict)
    op: str = "decisions"
    listed: Callable[[list[str]], object] = list
    frozen_as: Callable[[bytes], bytes] = bytes
    """What is kept of the decision, where that is not what was committed to."""
    after: Callable[[dict[str, Any]], dict[str, Any]] = dict
    written: Callable[[bytes], bytes] = bytes

    def frozen(self) -> bytes:
        """Return the decision as it is committed to."""
        return canonicalise({"v": decision.VERSION, **self.members})

    def edition(self) -> dict[str, Any]:
        """Return the members of the edition that lists the commitment."""
        own = hashlib.sha256(f"{decision.VERSION}\n".encode() + self.salt + self.frozen()).digest()
        listed = [to_base64(one) for one in sorted({own, *self.others})]
        said = {"commitments": self.listed(listed), "v": decision.BATCH_VERSION, **self.said}
        return {"op": self.op, "files": [], "decisions": said}

    def to_bytes(self, logged: Bundle) -> bytes:
        """Return the file that a party keeps."""
        whole = {
            "decision": self.frozen_as(self.frozen()).decode("utf-8", "replace"),
            "edition": logged.edition.decode("utf-8", "replace"),
            "proof": logged.proof.decode("utf-8", "replace"),
            "salt": to_base64(self.salt),
            "v": decision.EVIDENCE_VERSION,
            "words": {name: to_base64(text) for name, text in self.words.items()},
        }
        try:
            data = canonicalise(self.after(whole))
        except Exception:
            data = json.dumps(self.after(whole), sort_keys=True).encode()
        return self.written(data)


def kept(rng: Random) -> Kept:
    """Return a proof with which nothing is wrong."""
    words = {"thing": "They are all vermin. 🐀", "facts": "It calls all\nvermin.", "explanation": ""}
    chosen = {name: words[name].encode() for name in rng.sample(list(words), rng.randint(0, 3))}
    hashes: dict[str, Any] = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in words.items()}
    members: dict[str, Any] = {
        "log": ORIGIN,
        "number": "2026-000001-1",
        "verdict": rng.choice(["restrict", "no_action", "reversed"]),
        "decided": "2026-11-24T07:00:00Z",
        "effects": [{"kind": "seal", "until": None}],
        "sha256": hashes,
    }
    others = [rng.randbytes(32) for _ in range(rng.choice([0, 1, 5]))]
    return Kept(rng, members, chosen, rng.randbytes(32), others)


# Twists.


def _another_salt(made: Kept) -> None:
    salt = made.rng.choice([made.rng.randbytes(32), made.rng.randbytes(31), b""])
    made.after = lambda whole: {**whole, "salt": to_base64(salt)}


def _changed_decision(made: Kept) -> None:
    before, now = made.rng.choice([(b"seal", b"hold"), (b"2026-000001-1", b"2026-000002-1"), (b"}", b" }")])
    made.frozen_as = lambda data: data.replace(before, now, 1)


def _other_words(made: Kept) -> None:
    made.words[made.rng.choice(["thing", "facts", "explanation"])] = made.rng.choice(
        [b"Something else.", b"\xff\xfe", b"", "They are all vermin. 🐀".encode()]
    )


def _unknown_words(made: Kept) -> None:
    made.words["salt"] = b"x"


def _no_hashes(made: Kept) -> None:
    made.members["sha256"] = made.rng.choice([None, [], "x", {}, {"thing": 1}])


def _another_log(made: Kept) -> None:
    made.members["log"] = OTHER


def _odd_members(made: Kept) -> None:
    name = made.rng.choice(["number", "verdict", "decided", "log", "v"])
    made.members[name] = made.rng.choice(["", None, 1, [], "x"])


def _odd_list(made: Kept) -> None:
    ways: list[Callable[[list[str]], object]] = [
        lambda listed: listed[::-1] + listed[:1],
        lambda listed: [*listed, listed[-1]],
        lambda _listed: [],
        lambda _listed: None,
        lambda listed: [*listed, 1],
        lambda listed: [*listed, "AAAA"],
        lambda listed: {"0": listed[0]},
        lambda listed: listed[1:],
        lambda _listed: [to_base64(bytes([0] * 30 + [n // 256, n % 256])) for n in range(1001)],
    ]
    made.listed = made.rng.choice(ways)


def _odd_batch(made: Kept) -> None:
    made.said = made.rng.choice([{"v": "onrecord/decisions/2"}, {"numbers": []}, {"v": None}])


def _another_operation(made: Kept) -> None:
    made.op = made.rng.choice(["publish", "policy", "erase"])


def _odd_file(made: Kept) -> None:
    name = made.rng.choice(["decision", "edition", "proof", "salt", "v", "words"])
    value: Any = made.rng.choice(
        [None, "", 1, [], {}, "x", {"thing": 1}, {"thing": "?"}, "onrecord/decision-proof/2"]
    )
    left_out = made.rng.random() < 0.2
    made.after = lambda whole: {
        **{key: one for key, one in whole.items() if not (left_out and key == name)},
        **({} if left_out else {name: value}),
        **({"more": 1} if value == 1 else {}),
    }


def _written_oddly(made: Kept) -> None:
    ways: list[Callable[[bytes], bytes]] = [
        lambda data: data + b"\n",
        lambda data: data + b" \r\n\t\v\f",
        lambda data: b" " + data,
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data + b"\xc2\xa0",
        lambda data: data + b"\x1c",
        lambda data: data.replace(b'"words"', b'"words" ', 1),
        lambda data: data.replace(b"decision-proof/1", b"decision-proof/2", 1),
        lambda data: data.replace(b'"v"', b'"\\u0076"', 1),
        lambda data: data[:-1],
    ]
    made.written = made.rng.choice(ways)


def _damaged(made: Kept) -> None:
    at, bit = made.rng.random(), 1 << made.rng.randrange(8)

    def spoil(data: bytes) -> bytes:
        spoilt = bytearray(data)
        spoilt[int(at * len(data))] ^= bit
        return bytes(spoilt)

    made.written = spoil


TWISTS: tuple[Callable[[Kept], None], ...] = (
    *(_another_salt, _changed_decision, _other_words, _other_words, _unknown_words, _no_hashes, _another_log),
    *(_odd_members, _odd_list, _odd_list, _odd_batch, _another_operation, _odd_file, _odd_file),
    *(_written_oddly, _written_oddly, _damaged, _damaged),
)


def generate(seed: int, count: int) -> Iterator[Case]:
    """Yield cases; the same for the same seed."""
    for number in range(count):
        name = f"decision/{seed}/{number}"
        yield _case(Random(name), name)  # repeatable, nothing secret


def _case(rng: Random, name: str) -> Case:
    plan: Plan = cases.plan(rng)
    made, names = kept(rng), [name]
    for twist in rng.sample(TWISTS, rng.choice([0, 1, 1, 1, 2])):
        twist(made)
        names.append(twist.__name__.strip("_"))
    plan.members = {**plan.members, **made.edition()}
    plan.files = {}
    if rng.random() < 0.3:
        of_the_plan = rng.choice(cases.TWISTS)
        of_the_plan(rng, plan)
        names.append(of_the_plan.__name__.strip("_"))
    logged = plan.carry_out()
    data, lent = made.to_bytes(logged), logged
    if rng.random() < 0.15:
        spoil = rng.choice(damage.PART_DAMAGE)
        lent = spoil(rng, lent)
        names.append(spoil.__name__.strip("_"))
    return Case(" ".join(names), lent, plan.pins, decision=data)
