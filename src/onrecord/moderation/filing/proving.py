# SPDX-License-Identifier: Apache-2.0
"""What a case bundle holds to prove its decisions: salts, decisions, the logged editions, how to check.

`record/decision-<number>.json` is what `onrecord verify` reads; `record/<number>/` the same in parts for
the commands in VERIFY.txt; `record/decided-<n>/` the edition with its proof and the register of keys.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from onrecord.moderation import evidence
from onrecord.moderation.models import Decision
from onrecord.proof import decision as proofs
from onrecord.proof.encoding import to_base64
from onrecord.record.models import Document
from onrecord.statements.pages import bundles

INSTRUCTIONS = "VERIFY.txt"
_BEGINNING = """\
# HOW TO CHECK THAT THIS WAS DECIDED, AND BY WHEN, WITHOUT TRUSTING ANYBODY'S PROGRAM
#
# The public log of the newsroom holds a hash of each decision: SHA-256 over the words onrecord/decision/1,
# a line feed, 32 random bytes (the salt) and the decision. Hashes stand in editions that list many of them.
# It proves what was decided, by which rule, about which words, and that it was before the log went on.
# It does not prove that the decision was right.
#
# You need OpenSSL 3 and the ordinary tools of Linux. Unpack the archive, open a terminal in its folder, and
# paste the lines that do not begin with #, or run them all with: bash VERIFY.txt
# The program does the same: onrecord verify record/decision-<number>.json
export LC_ALL=C
failed=0
said() { [ "$1" = 0 ] && echo "holds: $2" || { echo "FAILS: $2"; failed=$((failed+1)); }; }
"""
_END = """
# Last: the same for each edition in itself, with steps of its own; learn the keys elsewhere, as it says.
[ "$failed" = 0 ] && echo "All of it holds." || echo "$failed of the checks failed."
[ "$failed" = 0 ]
"""


def files(decisions: Sequence[Decision]) -> dict[str, bytes]:
    """Return the files that prove decisions, as far as the log has them and their words are not erased."""
    found: dict[str, bytes] = {}
    editions: dict[str, Document] = {}
    script = [_BEGINNING]
    for decision in decisions:
        kept, document = evidence.of(decision), evidence.document_of(decision)
        if kept is None or document is None:
            continue
        folder = f"decided-{document.number}"
        editions[folder] = document
        number = decision.public_number
        found[f"record/{evidence.name(decision)}"] = kept.to_bytes()
        found[f"record/{number}/decision.json"] = kept.decision
        found[f"record/{number}/salt"] = f"{to_base64(kept.salt)}\n".encode()
        script += _steps(number, folder, kept)
    if not editions:
        return {}
    for folder, document in editions.items():
        for name, content in bundles.document_parts(document).members():
            found[f"record/{folder}/{name}"] = bytes(content)
        script.append(_edition(folder))
    return {**found, INSTRUCTIONS: "".join([*script, _END]).encode()}


def _steps(number: str, folder: str, kept: proofs.Evidence) -> Iterator[str]:
    here = shlex.quote(f"record/{number}")
    hashed = to_base64(proofs.commitment(kept.salt, kept.decision))
    yield f"\n# Decision {number}: is it what the log committed to, about the words that were judged?\n"
    yield (
        f"[ \"$({{ printf 'onrecord/decision/1\\n'; base64 -d < {here}/salt; cat {here}/decision.json; }}"
        f" | openssl dgst -sha256 -binary | base64)\" = '{hashed}' ]\n"
        f"said $? 'salt and decision {number} have the commitment'\n"
        f"grep -qF '\"{hashed}\"' record/{folder}/edition.json\n"
        f"said $? 'edition {folder} lists it'\n"
        f"grep -qF \"$(sha256sum < content/{number}.txt | cut -d' ' -f1)\" {here}/decision.json\n"
        f"said $? 'content/{number}.txt is what was judged'\n"
    )


def _edition(folder: str) -> str:
    return (
        f"\n# {folder}: is this edition in the log, and whose log is it?\n"
        f"( cd record/{folder} && bash VERIFY.txt )\nsaid $? 'the log holds {folder}'\n"
    )
