# SPDX-License-Identifier: Apache-2.0
"""`onrecord verify` of what an account of the newsroom said in the fediverse."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.config import sources
from onrecord.config.cli import main
from onrecord.outbound import Response, errors
from onrecord.proof import bundle, register
from tests.proof.cast import LOG_KEY
from tests.proof.proved import ACCOUNT, entry, log_with, proved
from tests.proof.small_log import ROOT_KEYS, SITE, SmallLog

ROOT = register.fingerprint(2, [key.public.vkey for key in ROOT_KEYS])
ISSUED = datetime(2026, 11, 24, 8, tzinfo=UTC)
OBJECT = f"{SITE}/ap/statements/2026/bridge/original"


def verify(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def saved(folder: Path, log: SmallLog) -> Path:
    """Write the register as a reader saves it; return its file."""
    folder.mkdir(exist_ok=True)
    path = folder / "register.json"
    path.write_bytes(log.files["/register/1.json"])
    path.with_suffix(".tlog-proof").write_bytes(log.proof(0))
    if (note := log.files.get("/register/1.note")) is not None:
        path.with_suffix(".note").write_bytes(note)
    return path


@pytest.fixture
def said(tmp_path: Path) -> Path:
    path = tmp_path / "object.json"
    path.write_bytes(proved())
    return path


def test_an_object_holds_offline_with_the_register_that_was_saved(said: Path, tmp_path: Path) -> None:
    kept = saved(tmp_path / "kept", log_with(entry(), roots=3))
    result = verify(said, "--offline", "--register", kept, "--root", ROOT)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("HOLDS: this object, exactly, was said by an account of Town of Elmford.")
    assert f"Account     {ACCOUNT}" in result.output
    assert "What        “The bridge opens on Monday”, Article" in result.output


def test_a_register_beside_the_object_or_in_a_bundle_does_as_well(said: Path, tmp_path: Path) -> None:
    log = log_with(entry(), roots=3)
    log.publish(1)
    packed = tmp_path / "1.onrecord.zip"
    packed.write_bytes(bundle.write(log.bundle(1), ISSUED))
    assert verify(said, "--offline", "--register", packed, "--root", ROOT).exit_code == 0
    saved(tmp_path, log)
    assert verify(said, "--offline", "--root", ROOT).exit_code == 0


def test_a_forged_object_does_not_hold(said: Path, tmp_path: Path) -> None:
    said.write_bytes(proved().replace(b"Monday", b"Friday"))
    result = verify(said, "--offline", "--register", saved(tmp_path / "kept", log_with(entry())))
    assert result.exit_code == 1
    assert "The proof is not by the key that the register lists" in result.output


def test_unknown_and_revoked_keys_cannot_be_told(said: Path, tmp_path: Path) -> None:
    unknown = verify(said, "--offline", "--register", saved(tmp_path / "kept", log_with()))
    assert (unknown.exit_code, "The register lists no key" in unknown.output) == (2, True)
    log = log_with(entry("compromised", until="2026-11-30T00:00:00Z"))
    revoked = verify(said, "--offline", "--register", saved(tmp_path / "kept", log))
    assert (revoked.exit_code, "was revoked later" in revoked.output) == (2, True)
    alone = verify(said, "--offline")
    assert (alone.exit_code, "There is no register of keys" in alone.output) == (2, True)


def test_an_address_is_verified_with_what_its_site_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    log = log_with(entry())
    pages = {
        OBJECT: proved(),
        f"{SITE}/register.json": log.files["/register/1.json"],
        f"{SITE}/register.tlog-proof": log.proof(0),
    }

    def fetched(url: str, **_options: object) -> Response:
        if url not in pages:
            return Response(404, {}, b"", url)
        return Response(200, {}, pages[url], url)

    monkeypatch.setattr(sources, "fetch", fetched)
    monkeypatch.setattr("onrecord.config.commands.verify.dns_roots", lambda _domain, _origin: [])
    result = verify(OBJECT, "--key", LOG_KEY.public.vkey)
    assert result.exit_code == 0, result.output
    pages[f"{SITE}/register.json"] = log_with().files["/register/1.json"]
    assert verify(OBJECT, "--key", LOG_KEY.public.vkey).exit_code != 0


def test_an_object_in_a_file_asks_its_own_site_for_the_register(
    said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(url: str, **_options: object) -> Response:
        raise errors.NoAnswer(f"{url} does not answer.")

    monkeypatch.setattr(sources, "fetch", silent)
    result = verify(said)
    assert result.exit_code == 2
    assert "The site of the object could not be asked" in result.output
