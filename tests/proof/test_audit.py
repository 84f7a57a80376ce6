# SPDX-License-Identifier: Apache-2.0
"""The audit of a whole log: what every leaf must have, and what a dishonest newsroom cannot hide."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onrecord.proof import bundle, leaf, note, register
from onrecord.proof.audit import Audit
from onrecord.proof.encoding import to_base64
from onrecord.proof.openings import GRACE, Erased, Opened, Sealed
from onrecord.proof.tree import Defect
from tests.proof.cast import EDITION, LOG_KEY, OTHER_KEY, RELEASE_KEY
from tests.proof.small_log import ROOT_KEYS, SECOND_RELEASE_KEY, SITE, SmallLog, listed

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def _log(**members: Any) -> SmallLog:
    log = SmallLog()
    log.register(**{"threshold": 2, "roots": 3, **members})
    log.publish(1)
    log.publish(2)
    return log


def audited(shown: SmallLog | dict[str, bytes], **options: Any) -> tuple[Audit, list[Defect]]:
    site = shown.site() if isinstance(shown, SmallLog) else shown

    def read_many(paths: Sequence[str]) -> list[bytes | None]:
        return [site.get(path) for path in paths]

    audit = Audit(read_many, **{"now": NOW, **options})
    return audit, list(audit.defects())


def found_in(log: SmallLog | dict[str, bytes]) -> list[tuple[str, str, int | None]]:
    return [(one.code, one.file, one.position) for one in audited(log)[1]]


def _second(log: SmallLog, number: int = 1, **members: Any) -> int:
    """Log a second edition of a statement."""
    first = next(
        at for at, s in enumerate(log.states) if isinstance(s, Opened) and f"/{number}/1" in s.edition
    )
    prev = {"index": first, "commitment": to_base64(leaf.parse_leaf(log.leaves[first]).commitment)}
    text = {**EDITION, "statement": f"{SITE}/s/2026/{number}/", "edition": 2, "op": "update", "files": []}
    return log.add(f"/s/2026/{number}/2.json", {**text, "prev": prev, **members})


def test_a_whole_log_has_no_defects() -> None:
    log = _log()
    _second(log)
    audit, defects = audited(log)
    assert (defects, audit.undecided) == ([], [])
    assert audit.to_json() == {
        "leaves": 4,
        "states": {"open": 4},
        "defects": 0,
        "undecided": [],
        "origin": log.origin,
        "size": 4,
        "root": audit.to_json()["root"],
        "organisation": "Town of Elmford",
        "fingerprint": register.fingerprint(2, [key.public.vkey for key in ROOT_KEYS]),
    }


def test_a_changed_byte_anywhere_is_found() -> None:
    log = _log()
    _second(log)
    site = log.site()
    packed = bundle.write(log.bundle(1), datetime(2026, 11, 24, 8, tzinfo=UTC))
    site["/s/2026/1/1.onrecord.zip"] = packed
    assert found_in(site) == []
    # Other positions in each run; the seed that pytest prints repeats them.
    for path, data in site.items():
        for _ in range(6):
            at = random.randrange(len(data))
            changed = bytes((*data[:at], data[at] ^ (1 << random.randrange(8)), *data[at + 1 :]))
            audit, defects = audited({**site, path: changed})
            assert defects or audit.undecided, (path, at, data[at], changed[at])


def test_every_missing_file_is_found() -> None:
    site = _log().site()
    for path in site:
        audit, defects = audited({name: data for name, data in site.items() if name != path})
        assert defects or audit.undecided, path


def test_a_log_without_a_register_is_undecided_unless_keys_are_given() -> None:
    log = SmallLog()
    log.publish(1)
    audit, defects = audited(log)
    assert defects == []
    assert "There is no register" in audit.undecided[0]
    audit, _ = audited(log, trusted=(LOG_KEY.public, RELEASE_KEY.public))
    assert len(audit.undecided) == 1


def test_reasons_for_doubt_are_not_repeated_without_end() -> None:
    log = SmallLog()
    for number in range(30):
        log.publish(number)
    assert len(audited(log)[0].undecided) == 20


# Two envelopes, seals, erasures


def test_a_leaf_that_nobody_opens_stands_out() -> None:
    """A newsroom commits to "we won" and to "we lost", and shows only one of them."""
    log = _log()
    log.publish(3, title="We lost")
    site = log.site()
    lines = site["/log/open/000.jsonl"].splitlines(keepends=True)
    for hidden in (lines[:-1], [*lines[:-1], lines[-2]], [*lines[:-1], b"{}\n"]):
        assert ("opening", "/log/open/000.jsonl", 3) in found_in(
            {**site, "/log/open/000.jsonl": b"".join(hidden)}
        )


def _sealed(log: SmallLog, until: datetime) -> SmallLog:
    index = log.publish(9)
    log.states[index] = Sealed(index, until)
    return log


def test_a_seal_is_allowed_until_its_date() -> None:
    audit, defects = audited(_sealed(_log(), NOW + timedelta(days=29)))
    assert (defects, dict(audit.tally.states)) == ([], {"open": 3, "sealed": 1})


def test_a_late_seal_and_one_that_is_too_long_are_defects() -> None:
    late = audited(_sealed(_log(), NOW - GRACE - timedelta(seconds=1)))[1]
    assert [(one.code, one.position) for one in late] == [("sealed", 3)]
    assert "The leaf is sealed until 2026-11-30T" in late[0].message
    assert "and that is past" in late[0].message
    long = audited(_sealed(_log(), NOW + timedelta(days=31)))[1]
    assert "no seal may last longer than 30 days" in long[0].message
    allowed = audited(_sealed(_log(max_sealed_days=60), NOW + timedelta(days=31)))[1]
    assert allowed == []


def _erased(log: SmallLog, **members: Any) -> SmallLog:
    """Erase the leaf of statement 1, and log the edition that says so."""
    text = {
        **EDITION,
        "statement": f"{SITE}/erasures/1",
        "op": "erase",
        "files": [],
        "reason": "A court said so.",
    }
    index = log.add("/log/erasures/1.json", {**text, "erases": [1], **members})
    log.states[1] = Erased(1, index)
    del log.files["/s/2026/1/1.json"]
    return log


def test_an_erased_leaf_is_accounted_for_by_the_edition_that_names_it() -> None:
    audit, defects = audited(_erased(_log()))
    assert (defects, dict(audit.tally.states)) == ([], {"open": 3, "erased": 1})


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"erases": [2]}, "but /log/erasures/1.json does not name it."),
        ({"op": "policy"}, "but /log/erasures/1.json does not name it."),
        ({"erases": None}, "does not name it"),
    ],
)
def test_an_erasure_that_does_not_name_the_leaf_accounts_for_nothing(
    members: dict[str, object], message: str
) -> None:
    (defect,) = audited(_erased(_log(), **members))[1]
    assert (defect.code, defect.position) == ("erased", 1)
    assert message in defect.message


def test_an_erasure_by_a_leaf_that_is_not_there_accounts_for_nothing() -> None:
    log = _log()
    log.states[1] = Erased(1, 7)
    del log.files["/s/2026/1/1.json"]
    (defect,) = audited(log)[1]
    assert "but the log has 3 leaves." in defect.message
    log.states[1] = Erased(1, 2)
    log.states[2] = Sealed(2, NOW + timedelta(days=1))
    assert "leaf 2 is not open itself" in audited(log)[1][0].message


# Editions


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"prev": {"index": 1, "commitment": to_base64(bytes(32))}},
            "does not hold the commitment that prev gives",
        ),
        ({"prev": {"index": 9, "commitment": to_base64(bytes(32))}}, "which is not before it"),
        ({"prev": None, "op": "publish"}, "Edition 2 does not name the one before it"),
    ],
)
def test_an_edition_must_follow_the_one_it_names(members: dict[str, Any], message: str) -> None:
    log = _log()
    _second(log, **members)
    (defect,) = audited(log)[1]
    assert (defect.code, defect.file) == ("chain", "/s/2026/1/2.json")
    assert message in defect.message


def test_an_edition_left_out_is_found() -> None:
    log = _log()
    _second(log)
    text = {**EDITION, "statement": f"{SITE}/s/2026/1/", "edition": 4, "op": "update", "files": []}
    prev = {"index": 3, "commitment": to_base64(leaf.parse_leaf(log.leaves[3]).commitment)}
    log.add("/s/2026/1/4.json", {**text, "prev": prev})
    (defect,) = audited(log)[1]
    assert "Leaf 3 is edition 2, this one is 4" in defect.message


def test_an_edition_at_another_address_than_its_own_is_found() -> None:
    log = _log()
    log.add("/s/2026/elsewhere/1.json", {**EDITION, "files": []})
    (defect,) = audited(log)[1]
    assert (defect.code, defect.position) == ("edition", 3)
    assert "so not of this path" in defect.message


def test_an_exchanged_edition_is_found() -> None:
    site = _log().site()
    exchanged = {**site, "/s/2026/1/1.json": site["/s/2026/2/1.json"]}
    assert ("edition", "/s/2026/1/1.json", 1) in found_in(exchanged)
    swapped = {**site, "/s/2026/1/1.tlog-proof": site["/s/2026/2/1.tlog-proof"]}
    assert found_in(swapped) == [("proof", "/s/2026/1/1.tlog-proof", 1)]


# Keys and forks


def test_a_leaf_by_a_key_out_of_its_time_is_found() -> None:
    keys = [listed(RELEASE_KEY, "release", 0, 1, state="compromised"), listed(LOG_KEY, "log")]
    assert found_in(_log(keys=keys)) == [("leaf", "/log/tile/entries/000.p/3", 2)]


def test_a_leaf_by_an_unlisted_key_is_undecided() -> None:
    log = _log()
    log.add(
        "/s/2026/3/1.json", {**EDITION, "statement": f"{SITE}/s/2026/3/", "files": []}, key=SECOND_RELEASE_KEY
    )
    audit, defects = audited(log)
    assert defects == []
    assert audit.undecided[0].startswith("Leaf 3: The leaf is signed by the key")


def test_a_checkpoint_by_somebody_else_is_undecided_and_a_false_one_a_defect() -> None:
    log = _log()
    site = log.site()
    audit, _ = audited({**site, "/log/checkpoint": log.checkpoint(keys=(OTHER_KEY,))})
    assert "none of the 1 log keys known here" in audit.undecided[0]
    forged = site["/log/checkpoint"].replace(b"\n3\n", b"\n2\n")
    assert ("checkpoint", "/log/checkpoint", None) in found_in({**site, "/log/checkpoint": forged})
    assert found_in({**site, "/log/checkpoint": b"nothing"}) == [("checkpoint", "/log/checkpoint", None)]


def test_a_proof_into_another_tree_betrays_a_fork() -> None:
    """The newsroom signs another history for one reader; his proof is among the files."""
    log, other = _log(), _log()
    other.publish(3)
    log.publish(4)
    site = log.site()
    site["/s/2026/1/1.tlog-proof"] = other.proof(1)
    assert found_in(site) == [("proof", "/s/2026/1/1.tlog-proof", 1)]
    site["/s/2026/2/1.tlog-proof"] = site["/s/2026/4/1.tlog-proof"] = site["/register/1.tlog-proof"] = (
        other.proof(1)
    )
    messages = [one.message for one in audited(site)[1]]
    assert "The proof leads to another root over 4 leaves: the log was forked." in messages


# Registers


def test_registers_follow_each_other_under_the_root_keys_of_both() -> None:
    log = _log()
    log.register(2, threshold=2, roots=3, mirrors=["https://mirror.example"])
    assert found_in(log) == []
    alone = note.sign(register.note_text(log.files["/register/2.json"]), ROOT_KEYS[0]).to_bytes()
    assert ("register", "/register/2.note", 3) in found_in({**log.site(), "/register/2.note": alone})


def test_the_root_keys_of_the_newest_signed_register_must_agree() -> None:
    log = _log()
    log.register(2, threshold=2, roots=3, mirrors=["https://mirror.example"])
    log.register(3, threshold=0, roots=0)
    log.register(4, threshold=0, roots=0)
    found = [path for kind, path, _leaf in found_in(log) if kind == "register"]
    assert found == ["/register/3.note", "/register/4.note"]


def test_root_keys_cannot_be_dropped_in_silence() -> None:
    log = _log()
    log.register(2, threshold=0, roots=0)
    assert ("register", "/register/2.note", 3) in found_in(log)


def test_a_register_that_is_not_the_newest_is_found() -> None:
    log = _log()
    older = log.site()["/register.json"]
    log.register(2, threshold=2, roots=3)
    (defect,) = audited({**log.site(), "/register.json": older})[1]
    assert "shows register 1 as its newest; the newest in the log is number 2" in defect.message
    skipped = _log()
    skipped.register(3, threshold=2, roots=3, mirrors=[])
    assert any("Register 1 is followed by 3" in one.message for one in audited(skipped)[1])


def test_a_register_of_another_log_is_found() -> None:
    other = SmallLog("other.example/log")
    other.register(keys=[])
    site = {**_log().site(), "/register.json": other.files["/register/1.json"]}
    assert ("register", "/register.json", None) in found_in(site)


def test_the_tree_alone_is_audited_without_any_edition() -> None:
    site = {
        path.removeprefix("/log"): data for path, data in _log().site().items() if path.startswith("/log")
    }
    audit, defects = audited(site, log="", tree_only=True, trusted=(LOG_KEY.public,))
    assert (defects, audit.undecided, audit.tally.leaves) == ([], [], 3)
