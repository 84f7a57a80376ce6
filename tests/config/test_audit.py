# SPDX-License-Identifier: Apache-2.0
"""`onrecord audit`: a folder or a site, read through from the first leaf to the last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.config import sources
from onrecord.config.cli import main
from onrecord.outbound import OutboundError, Response
from onrecord.proof import register
from onrecord.proof.verdict import LIMITS
from tests.proof.cast import LOG_KEY, OTHER_KEY, conformance
from tests.proof.small_log import ROOT_KEYS, SITE, SmallLog

ROOT = register.fingerprint(2, [key.public.vkey for key in ROOT_KEYS])
TESSERA = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The files of a small log."""
    log = SmallLog()
    log.register(threshold=2, roots=3)
    for number in range(1, 4):
        log.publish(number)
    log.write(tmp_path)
    return tmp_path


def audit(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


def test_a_whole_log_is_found_whole(site: Path) -> None:
    result = audit(site, "--root", ROOT)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("NOTHING IS WRONG: every leaf of this log is there and accounted for.\n")
    assert "Size        4 entries: 4 open\n" in result.output
    assert result.output.endswith(f"{LIMITS}\n")


def test_each_defect_is_named_with_file_and_place(site: Path) -> None:
    (site / "s/2026/2/1.json").write_bytes(b"{}")
    (site / "s/2026/3/1.tlog-proof").unlink()
    result = audit(site)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("✗ edition    /s/2026/2/1.json, 2: The edition opens the commitment")
    assert lines[1] == "✗ proof      /s/2026/3/1.tlog-proof, 3: The proof of the edition is missing."
    assert lines[2].startswith("DEFECTS: 2.")
    found = json.loads(audit(site, "--json").stdout)
    assert (found["verdict"], [one["position"] for one in found["defects"]]) == ("fails", [2, 3])


def test_a_log_that_is_not_the_one_you_know_is_told(site: Path) -> None:
    result = audit(site, "--root", "0" * 64)
    assert result.exit_code == 2
    assert "The root keys have the fingerprint" in result.output
    assert audit(site, "--key", OTHER_KEY.public.vkey).exit_code == 2
    assert audit(site, "--key", LOG_KEY.public.vkey).exit_code == 0


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    assert audit(tmp_path).exit_code == 2
    assert "has neither log/checkpoint nor checkpoint" in audit(tmp_path).output
    assert "is neither a folder nor an address" in audit(tmp_path / "missing").output


def test_paths_in_a_log_lead_nowhere_else(site: Path) -> None:
    (site.parent / "outside.json").write_bytes((site / "s/2026/2/1.json").read_bytes())
    folder = sources.Folder(site)
    (site / "link.json").symlink_to(site.parent / "outside.json")
    for path in ("/../outside.json", "/s/../../outside.json", "/link.json", "/a\0b", "/s"):
        assert folder.read(path) is None
    assert folder.read("/register.json") is not None
    with pytest.raises(sources.SourceError, match=r"has more than 10 bytes"):
        folder.read("/register.json", 10)


def test_a_site_is_audited_over_the_network(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fetch(url: str, **_options: object) -> Response:
        asked.append(url)
        if not url.startswith(SITE):
            raise OutboundError(f"{url} cannot be asked: the name is not known.")
        path = site / url.removeprefix(f"{SITE}/")
        return Response(200, {}, path.read_bytes(), url) if path.is_file() else Response(404, {}, b"", url)

    monkeypatch.setattr(sources, "fetch", fetch)
    assert audit(SITE).exit_code == 0
    assert f"{SITE}/log/tile/entries/000.p/4" in asked
    assert audit("https://elsewhere.example").exit_code == 2


@pytest.mark.conformance
def test_a_log_by_tessera_is_audited() -> None:
    folder = conformance("tlog/tessera/testdata/log")
    result = audit(folder, "--key", TESSERA)
    assert result.exit_code == 0
    assert "tiles, entries and root fit together. No edition was looked at." in result.output
    assert audit(folder).exit_code == 2
