# SPDX-License-Identifier: Apache-2.0
"""Put generated cases to both verifiers and compare: `python -m tests.verifier --cases 10000`."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter

from tests.verifier import decisions, objects
from tests.verifier.cases import generate
from tests.verifier.decided import by_python, node


def main() -> int:
    """Say how many cases there were, what came of them, and where the verifiers differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.verifier", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--own-cryptography", action="store_true", help="without WebCrypto, as on plain http")
    asked = parser.parse_args()
    verdicts: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    differing = 0
    started = time.monotonic()
    options = ["--own-cryptography"] if asked.own_cryptography else []
    with node(*options) as there:
        made = (make(asked.seed, asked.cases) for make in (generate, objects.generate, decisions.generate))
        ours, theirs = itertools.tee(itertools.chain.from_iterable(made))
        for case, answer in zip(ours, there.decide(theirs), strict=True):
            expected = by_python(case)
            verdicts[expected.get("verdict", "not tried")] += 1
            outcomes.update(f"{code} {outcome}" for code, outcome in expected.get("steps", ()))
            if answer != expected:
                differing += 1
                sys.stdout.write(f"{case.name}\n  Python: {expected}\n  JavaScript: {answer}\n")
    sys.stdout.write(
        f"{asked.cases} cases, as many objects, as many decisions in {time.monotonic() - started:.0f} s:"
        f" {dict(verdicts)}\n"
    )
    sys.stdout.write("".join(f"  {name}: {count}\n" for name, count in sorted(outcomes.items())))
    sys.stdout.write(f"{differing} differ.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
