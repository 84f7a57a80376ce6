# SPDX-License-Identifier: Apache-2.0
"""Cases of objects of the fediverse: valid ones, and whatever can be wrong with one, its key or register."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from onrecord.proof import base58, objects
from onrecord.proof.errors import BadObject
from onrecord.proof.keys import PrivateKey
from tests.verifier import cases, damage
from tests.verifier.cases import Plan
from tests.verifier.decided import Case
from tests.verifier.world import Cast, listed

ACCOUNT = "https://town.example/ap/actors/press"
METHOD = f"{ACCOUNT}#ed25519-1"
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v1"]
SINCE, CREATED, UNTIL = "2026-11-01T00:00:00Z", "2026-11-24T08:00:00Z", "2026-12-01T00:00:00Z"


@dataclass
class Said:
    """What is going to be proved, listed and given to the reader."""

    rng: Random
    cast: Cast
    impostor: Cast
    members: dict[str, Any]
    options: dict[str, Any]
    key: PrivateKey
    entries: list[dict[str, object]]
    after: Callable[[dict[str, Any]], dict[str, Any]] = dict
    written: Callable[[str], bytes] = str.encode
    proof_value: Callable[[bytes], object] = base58.encode
    style: dict[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Prove the object and write it."""
        bare = {name: value for name, value in self.members.items() if name != "proof"}
        try:
            made = self.key.sign(objects.message(bare, self.options))
        except BadObject:  # it has no canonical form
            made = self.key.sign(b"anything")
        proof = {**self.options, "proofValue": self.proof_value(made)}
        if proof.pop("leave out", None):
            proof.pop("@context", None)
        whole = self.after({**self.members, "proof": proof})
        return self.written(json.dumps(whole, **self.style))


def said(rng: Random, cast: Cast, impostor: Cast) -> Said:
    """Return an object with which nothing is wrong."""
    members: dict[str, Any] = {
        "@context": CONTEXT,
        "id": "https://town.example/ap/statements/2026/bridge/original",
        "type": rng.choice(["Article", "Note"]),
        "name": "The bridge opens — «péage»",
        "content": rng.choice(["<p>🌉 \u0001\n</p>", ""]),
        "attributedTo": ACCOUNT,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "totalItems": rng.choice([0, -3, 2**53 - 1]),
        "ﬁ": None,
        "\U0001f309": True,
    }
    if rng.random() < 0.3:
        members = {"@context": CONTEXT[0], "id": f"{ACCOUNT}/1", "type": "Create", "actor": ACCOUNT}
        members["object"] = {"type": "Note", "attributedTo": "https://elsewhere.example/a"}
    if rng.random() < 0.2:
        members = {"id": "https://town.example/ap/statements/1", "type": "Tombstone"}
    options = {
        "type": objects.TYPE,
        "cryptosuite": objects.SUITE,
        "created": CREATED,
        "verificationMethod": METHOD,
        "proofPurpose": objects.PURPOSE,
    }
    if "@context" in members:
        options["@context"] = rng.choice([members["@context"], CONTEXT[0]])
        if options["@context"] != members["@context"]:  # what is signed has the context of the proof
            members = {**members, "@context": options["@context"]}
    style: dict[str, Any] = rng.choice(
        [{}, {"ensure_ascii": False}, {"separators": (",", ":")}, {"indent": 2}, {"sort_keys": True}]
    )
    return Said(rng, cast, impostor, members, options, cast.account, [entry(cast.account)], style=style)


def entry(secret: PrivateKey, state: str = "active", **more: object) -> dict[str, object]:
    """Return the entry of a federation key in a register."""
    until = {} if state == "active" else {"until": UNTIL}
    last = None if state == "active" else 5
    return {
        **listed(secret, "federation", last=last, state=state),
        "method": METHOD,
        "since": SINCE,
        **until,
        **more,
    }


# Twists.


def _not_listed(made: Said) -> None:
    made.entries = made.rng.choice([[], [entry(made.cast.account, method=METHOD + "1")]])


def _by_an_impostor(made: Said) -> None:
    made.key = made.rng.choice([made.impostor.account, made.cast.next_account])


def _revoked(made: Said) -> None:
    until = made.rng.choice([UNTIL, CREATED, "2026-11-23T00:00:00Z"])
    made.entries = [entry(made.cast.account, "compromised", until=until), entry(made.cast.next_account)]


def _retired(made: Said) -> None:
    until = made.rng.choice([UNTIL, CREATED, "2026-11-24T07:59:59Z"])
    made.entries = [entry(made.cast.account, "retired", until=until), entry(made.cast.next_account)]


def _listed_twice(made: Said) -> None:
    made.entries = [
        *(entry(made.cast.account, "retired", until="2026-11-02T00:00:00Z"), entry(made.cast.account)),
    ]
    made.rng.shuffle(made.entries)


def _another_moment(made: Said) -> None:
    moments = ["2026-10-31T23:59:59Z", SINCE, "2026-11-24", "", 7, "2026-11-24T08:00:00.5Z", None]
    made.options["created"] = made.rng.choice(moments)
    if made.options["created"] is None:
        del made.options["created"]


def _odd_entry(made: Said) -> None:
    name, value = made.rng.choice(
        [
            *(("method", None), ("method", ""), ("since", None), ("since", "yesterday"), ("since", 1)),
            *(("until", CREATED), ("role", "release"), ("role", "witness"), ("state", "compromised")),
            *(("vkey", made.cast.release.public.vkey), ("to_index", None), ("method", ACCOUNT)),
        ]
    )
    made.entries = [{**entry(made.cast.account), name: value}]


def _another_owner(made: Said) -> None:
    name = made.rng.choice(["actor", "attributedTo"])
    made.members[name] = made.rng.choice(
        ["https://elsewhere.example/a", [ACCOUNT], None, ACCOUNT + "/", ACCOUNT]
    )


def _another_site(made: Said) -> None:
    made.members["id"] = made.rng.choice(
        [
            "https://city.example/ap/1",
            "http://town.example/1",
            "https://town.example",
            5,
            "",
            "town.example/1",
        ]
    )


def _another_proof(made: Said) -> None:
    name, value = made.rng.choice(
        [
            *(("type", "Other"), ("proofPurpose", "authentication"), ("verificationMethod", "")),
            *(("verificationMethod", 5), ("verificationMethod", ACCOUNT), ("cryptosuite", "eddsa-rdfc-2022")),
            *(("nonce", "ﬁ"), ("leave out", True), ("@context", CONTEXT[1]), ("@context", [])),
        ]
    )
    made.options[name] = value
    if name == "leave out":
        del made.options[name]
        made.options.pop("@context", None)
        if "@context" in made.members and made.rng.random() < 0.5:
            made.options |= {"@context": made.members["@context"], "leave out": True}
            made.key = made.cast.account


def _changed_after(made: Said) -> None:
    changes: list[dict[str, Any]] = [
        *({"name": "Other"}, {"added": 1}, {"@context": [*CONTEXT, "x"]}, {"proof": None}, {"proof": []}),
        *({"@context": None}, {"@context": 1}, {"@context": True}, {"type": ["Note"]}, {"name": 5}),
    ]
    change = made.rng.choice(changes)
    made.after = lambda whole: {**whole, **change}


def _odd_values(made: Said) -> None:
    made.after = lambda whole: {
        **whole,
        "odd": made.rng.choice([1.0, 2**53, 1e30, "e\u0301", "\ud800", -0.0]),
    }
    made.style = {}


def _deep(made: Said) -> None:
    inner: Any = []
    for _ in range(made.rng.choice([62, 63, 64, 65, 70])):
        inner = [inner]
    if made.rng.random() < 0.5:
        made.members["deep"] = inner
    else:
        made.after = lambda whole: {**whole, "deep": inner}


def _odd_value_of_proof(made: Said) -> None:
    odd = ["", "z", "z1", "z" + "1" * 200, "z0", "zÜ", "m" + "a" * 80, 5, None]
    made.proof_value = made.rng.choice(
        [lambda made_of: base58.encode(made_of + b"\0"), lambda made_of: base58.encode(made_of)[1:]]
        + [lambda _made_of, value=value: value for value in odd]
    )


def _written_oddly(made: Said) -> None:
    ways: list[Callable[[str], bytes]] = [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b" \n\t\r" + text.encode() + b"\n ",
        lambda text: text.encode() + b"{}",
        lambda text: text.replace('"id"', '"id" : "x", "id"', 1).encode(),
        lambda text: text.replace("/", "\\/").encode(),
        lambda text: text.replace("{", "{\v", 1).encode(),
        lambda text: text.replace(", ", ",, ", 1).encode(),
        lambda text: text.replace("null", "NaN").replace("true", "True").encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace('"type"', '"\\u0074ype"').encode(),
        lambda text: text.replace("-3", "-0").replace(": 0", ": -0").replace("9007", "09007").encode(),
    ]
    made.written = made.rng.choice(ways)


def _damaged(made: Said) -> None:
    def spoil(text: str) -> bytes:
        data = bytearray(text.encode())
        data[made.rng.randrange(len(data))] ^= 1 << made.rng.randrange(8)
        return bytes(data)

    made.written = spoil


TWISTS: tuple[Callable[[Said], None], ...] = (
    *(_not_listed, _by_an_impostor, _revoked, _revoked, _retired, _retired, _listed_twice, _another_moment),
    *(_odd_entry, _another_owner, _another_site, _another_proof, _another_proof, _changed_after, _odd_values),
    *(_deep, _odd_value_of_proof, _written_oddly, _written_oddly, _damaged),
)


def generate(seed: int, count: int) -> Iterator[Case]:
    """Yield cases; the same for the same seed."""
    for number in range(count):
        yield _case(
            Random(f"object/{seed}/{number}"), f"object/{seed}/{number}"
        )  # repeatable, nothing secret


def _case(rng: Random, name: str) -> Case:
    plan = cases.plan(rng)
    made = said(rng, plan.cast, plan.impostor)
    names = [name]
    for twist in rng.sample(TWISTS, rng.choice([0, 1, 1, 1, 2])):
        twist(made)
        names.append(twist.__name__.strip("_"))
    if rng.random() < 0.3:
        twist_plan = rng.choice(cases.TWISTS)
        twist_plan(rng, plan)
        names.append(twist_plan.__name__.strip("_"))
    _list(plan, made.entries)
    source = plan.carry_out()
    if rng.random() < 0.15:
        spoil = rng.choice(damage.PART_DAMAGE)
        source = spoil(rng, source)
        names.append(spoil.__name__.strip("_"))
    pins = plan.pins
    if rng.random() < 0.4:
        _list(plan, rng.choice([made.entries, [], [entry(made.cast.account, "compromised")]]))
        pins = replace(pins, site_register=plan.carry_out().register)
        names.append("register of the site")
    return Case(" ".join(names), source, pins, object=made.to_bytes())


def _list(plan: Plan, entries: list[dict[str, object]]) -> None:
    others = [one for one in plan.register_keys if one.get("role") != "federation"]
    usual = [listed(plan.cast.release, "release"), listed(plan.cast.log, "log")]
    plan.register_keys = [*(others or usual), *entries]
