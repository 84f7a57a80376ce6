# SPDX-License-Identifier: Apache-2.0
"""What readers paste: policies and keys, well formed or not."""

from __future__ import annotations

from random import Random

from onrecord.proof.encoding import to_base64
from tests.verifier.world import Cast

BAD_POLICIES = (
    b"",
    b"quorum none\nquorum none\n",
    b"log x\nquorum none\n",
    b"witness a b\nquorum a\n",
    b"group g 1 none\nquorum g\n",
    b"quorum nobody\n",
    b"quorum none\r\n",
    b"quorum none extra\n",
    b"# \xff only a remark\nquorum none\n",
    b"constructor x\nquorum none\n",
    b"  quorum\tnone  ",
)


def policy_text(rng: Random, cast: Cast) -> bytes:
    """Return a policy that names the log, or not, and some witnesses."""
    lines = ["# whom I believe"]
    if rng.random() < 0.9:
        lines.append(f"log {cast.log.public.vkey} https://town.example/log/")
    known = rng.sample(cast.witnesses, rng.randrange(4))
    lines += [f"witness w{number}\t{one.public.vkey}" for number, one in enumerate(known)]
    if known and rng.random() < 0.7:
        wanted = rng.choice(["any", "all", str(rng.randint(1, len(known)))])
        lines.append(f"group all-of-them {wanted} " + " ".join(f"w{n}" for n in range(len(known))))
        lines.append("quorum all-of-them")
    else:
        lines.append("quorum " + ("w0" if known and rng.random() < 0.5 else "none"))
    return "".join(f"{line}\n" for line in lines).encode()


def odd_policy(rng: Random, cast: Cast) -> bytes:
    """Return a policy of which every line reads well, and perhaps not all of them together."""
    one, other = (witness.public.vkey for witness in cast.witnesses[:2])
    log = cast.log.public.vkey
    ml_dsa = f"ml+{'0' * 8}+{to_base64(bytes([6]) + bytes(1312))}"
    lines = rng.choice(
        [
            [f"witness a {one}", "group g 1 a", "group h 1 a", "quorum g"],
            [f"witness a {one}", "group g 1 a a", "quorum g"],
            [f"witness a {one}", f"witness b {one}", "quorum a"],
            [f"witness a {one}", f"witness a {other}", "quorum a"],
            [f"witness none {one}", "quorum none"],
            ["group g 1 a", f"witness a {one}", "quorum g"],
            [f"witness a {one}", f"witness b {other}", "group g 3 a b", "quorum g"],
            [f"witness a {one}", f"witness b {other}", "group g 02 a b", "quorum g"],
            [f"witness a {one}", "group g any a", "group h all g", "quorum h"],
            [f"log {log}", f"log {log}", "quorum none"],
            [f"log {one}", "quorum none"],
            [f"witness a {log}", "quorum a"],
            [f"witness a {ml_dsa}", "quorum none"],
            [f"witness \u00e9 {one} https://w.example/", "quorum \u00e9"],
        ]
    )
    return "".join(f"{line}\n" for line in lines).encode(rng.choice(["utf-8", "latin-1"]))


def bad_vkey(rng: Random, vkey: str) -> str:
    """Return a key that should not be accepted."""
    name, known, encoded = vkey.split("+", 2)
    return rng.choice(
        [
            "",
            name,
            f"{name}+{known}+",
            f"{name}+{known.upper()}+{encoded}",
            f"{name}x+{known}+{encoded}",
            f"{name}+{known}+{encoded}=",
            f"{name} +{known}+{encoded}",
            f"{name}+{known}+{to_base64(bytes([1]) + bytes(32))}",
            f"{name}+{known}+{to_base64(bytes([7]) + bytes(32))}",
        ]
    )
