# SPDX-License-Identifier: Apache-2.0
"""Each decision is committed to in the public log, and whoever it is about can prove it."""

from __future__ import annotations

import json
import subprocess
import zipfile
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from onrecord.bakery import actions as bakery
from onrecord.config.commands.audit import command as audit
from onrecord.config.commands.verify import command as verify
from onrecord.moderation import actions, doors, evidence
from onrecord.moderation.filing import bundles
from onrecord.moderation.models import Case, Commitment, Decision, Effect, Notice, Reasons
from onrecord.people.models import User
from onrecord.proof import decision as proofs
from onrecord.proof import verdict
from onrecord.proof.bundle import Bundle
from onrecord.proof.verdict import Outcome
from onrecord.record import pages as log
from onrecord.record.models import Document
from onrecord.statements import verifying
from onrecord.statements.pages import verification
from onrecord.statements.pages.words import Words
from onrecord.statements.verifying import Given
from tests.moderation.judging import appealed, decided, heard, reported
from tests.moderation.things import Board


def logged_a_minute_later() -> Document | None:
    """Let the clock log what waits."""
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        return actions.log_commitments()


def proof_of(decision: Decision) -> proofs.Evidence:
    """Return what a party keeps."""
    found = evidence.of(decision)
    assert found is not None
    return found


def judged(kept: proofs.Evidence) -> verdict.Verdict:
    """Return the verdict on it without any register."""
    return verdict.judge_decision(kept, Bundle(kept.edition, kept.proof))


def test_readers_check_what_they_keep_on_the_page_without_scripts(case: Case, board: Board, mo: User) -> None:
    decision = decided(case, mo, "seal")
    assert logged_a_minute_later() is not None
    kept = proof_of(decision).to_bytes()
    found = verifying.verify(Given(files=[(evidence.name(decision), kept)], offline=True)).verdict
    assert [str(found.step(code).outcome) for code in ("decision", "text", "included")] == ["holds"] * 3
    with translation.override("en"):
        told = verification.shown(found, verification.words(), Words("en", "UTC"))
    assert ("Number of the decision", decision.public_number) in told["facts"]
    assert ("Decision", "Something was restricted") in told["facts"]
    number = decision.public_number.encode()
    forged = kept.replace(number, number[:-1] + b"7")
    assert forged != kept
    found = verifying.verify(Given(files=[("decision.json", forged)], offline=True)).verdict
    assert (str(found.outcome), str(found.step("decision").outcome)) == ("fails", "fails")


def test_where_nothing_is_decided_the_log_does_not_grow(board: Board, rules_in_force: None) -> None:
    before = log.size()
    assert logged_a_minute_later() is None
    assert log.size() == before


def test_decisions_wait_a_minute_and_share_one_leaf(case: Case, board: Board, mo: User) -> None:
    board.pin("2", "Vermin, the lot.")
    second = reported("2").case
    assert second is not None
    decisions = [decided(case, mo, "seal"), decided(second, mo)]
    before = log.size()
    assert actions.log_commitments() is None, "they have not waited yet"
    document = logged_a_minute_later()
    assert document is not None
    assert log.size() == before + 1
    listed = json.loads(bytes(document.content))["decisions"]["commitments"]
    assert len(listed) == 2
    assert listed == sorted(listed, key=b64decode)
    assert all(evidence.document_of(one) == document for one in decisions)
    assert logged_a_minute_later() is None, "each is logged once"


def test_a_logged_edition_names_nobody_and_no_case(case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    document = logged_a_minute_later()
    assert document is not None
    content = bytes(document.content).decode()
    for secret in (decision.public_number, "vermin", "Nina", "seal", "Mo Moderator"):
        assert secret not in content


def test_editions_with_commitments_are_numbered_and_chained(case: Case, board: Board, mo: User) -> None:
    decided(case, mo, "seal")
    first = logged_a_minute_later()
    board.pin("2", "Vermin, the lot.")
    second_case = reported("2").case
    assert second_case is not None
    decided(second_case, mo, "seal")
    second = logged_a_minute_later()
    assert first is not None
    assert second is not None
    assert (first.path, second.path) == ("/decided/1.json", "/decided/2.json")
    assert json.loads(bytes(second.content))["prev"]["index"] == first.leaf_index


def test_whoever_it_is_about_can_prove_what_was_decided(case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    logged_a_minute_later()
    kept = proof_of(decision)
    found = judged(kept)
    assert [found.step(code).outcome for code in ("decision", "text", "included")] == [Outcome.HOLDS] * 3
    told = json.loads(kept.decision)
    assert told["effects"] == [{"kind": "seal", "until": None}]
    assert told["ground"]["rule"] == "2"
    assert kept.words["thing"] == "They are all vermin."
    assert found.facts["number"] == decision.public_number


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"salt": bytes(32)}, "a commitment that the edition does not list"),
        ({"words": {"thing": "They are all nice."}}, "The words of “thing” are not those"),
        ({"decision": b"[]"}, "no decision of the version"),
    ],
)
def test_a_proof_that_was_changed_does_not_hold(
    case: Case, mo: User, changed: dict[str, object], message: str
) -> None:
    decision = decided(case, mo, "seal")
    logged_a_minute_later()
    step = judged(replace(proof_of(decision), **changed)).step("decision")  # type: ignore[arg-type]  # as each case says
    assert (step.outcome, message in step.detail) == (Outcome.FAILS, True)


def test_what_an_appeal_undid_is_committed_to_as_well(case: Case, mo: User, rosa: User) -> None:
    first = decided(case, mo, "seal")
    second = heard(appealed(first), rosa, "reversed")
    logged_a_minute_later()
    told = json.loads(proof_of(second).decision)
    assert (told["verdict"], told["about"], told["undoes"]) == ("reversed", first.public_number, ["seal"])


def test_erased_words_take_the_salt_with_them_and_the_log_stays(case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    logged_a_minute_later()
    with time_machine.travel(timezone.now() + timedelta(days=800)):
        actions.finish_cases()
        actions.forget_author("reader/1")
    assert not Reasons.objects.filter(decision=decision).exists()
    assert evidence.of(decision) is None
    assert not evidence.is_there(decision)
    assert Commitment.objects.get(decision=decision).document is not None


def test_the_database_refuses_to_change_what_was_committed_to(case: Case, mo: User) -> None:
    decision = decided(case, mo, "seal")
    logged_a_minute_later()
    row = Commitment.objects.filter(decision=decision)
    for change in (
        partial(row.update, digest=bytes(32)),
        partial(row.update, document=None),
        row.delete,
        partial(Reasons.objects.filter(decision=decision).update, frozen=b"{}"),
    ):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            change()


def test_the_notice_offers_the_proof_once_the_log_has_it(case: Case, mo: User, client: Client) -> None:
    decision = decided(case, mo, "seal")
    path = doors.notice_path(Notice.objects.get(decision=decision, party="author"))
    page = client.get(path).content.decode()
    assert "enters the public log within minutes" in page
    assert client.get(f"{path}proof").status_code == 404
    logged_a_minute_later()
    assert f'href="{path}proof"' in client.get(path).content.decode()
    answer = client.get(f"{path}proof")
    assert proofs.read_evidence(answer.content) == proof_of(decision)
    assert answer["Cache-Control"] == "no-store"


def test_a_stranger_gets_no_proof(case: Case, mo: User, client: Client) -> None:
    decided(case, mo, "seal")
    logged_a_minute_later()
    assert client.get(f"/notice/{'A' * 43}/proof").status_code == 404


def test_the_program_verifies_a_saved_proof(case: Case, mo: User, tmp_path: Path) -> None:
    decision = decided(case, mo, "seal")
    logged_a_minute_later()
    file = tmp_path / evidence.name(decision)
    file.write_bytes(proof_of(decision).to_bytes())
    result = CliRunner().invoke(verify, [str(file), "--offline", "--json"])
    told = json.loads(result.output)
    assert told["steps"][0]["code"] == "decision"
    assert told["steps"][0]["outcome"] == "holds"
    assert told["verdict"] == "unknown", "whose log it is, the proof alone does not say"
    file.write_bytes(file.read_bytes().replace(b"seal", b"hold"))
    result = CliRunner().invoke(verify, [str(file), "--offline"])
    assert result.exit_code == 1
    assert "DOES NOT HOLD" in result.output


def test_commands_of_a_case_bundle_check_it_without_the_program(case: Case, mo: User, tmp_path: Path) -> None:
    decided(case, mo, "seal")
    logged_a_minute_later()
    with zipfile.ZipFile(BytesIO(bundles.bundle(case, by=mo))) as archive:
        archive.extractall(tmp_path / "case")
    ran = subprocess.run(
        ["bash", "VERIFY.txt"], check=False, cwd=tmp_path / "case", capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout.count("FAILS")) == (0, 0), ran.stdout + ran.stderr
    number = Decision.objects.get().public_number
    (tmp_path / "case" / "content" / f"{number}.txt").write_text("They are all nice.")
    ran = subprocess.run(
        ["bash", "VERIFY.txt"], check=False, cwd=tmp_path / "case", capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert f"FAILS: content/{number}.txt is what was judged" in ran.stdout


def test_an_audit_of_the_site_accepts_the_editions(case: Case, mo: User, own_home: Path) -> None:
    decided(case, mo, "seal")
    assert logged_a_minute_later() is not None
    bakery.bake_all(workers=0)
    site = own_home / "site"
    assert (site / "decided" / "1.json").is_file()
    result = CliRunner().invoke(audit, [str(site), "--json"])
    assert json.loads(result.output)["defects"] == [], result.output


def test_a_decision_is_frozen_in_the_transaction_that_takes_it(case: Case, mo: User) -> None:
    with transaction.atomic():
        decided(case, mo, "seal")
        assert Commitment.objects.count() == Effect.objects.count() == 1
        transaction.set_rollback(True)
    assert not Commitment.objects.exists()
    assert not Effect.objects.exists()
