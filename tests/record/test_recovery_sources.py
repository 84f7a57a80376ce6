# SPDX-License-Identifier: Apache-2.0
"""Files of a mirror are read from where they should be, and from nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onrecord.record.errors import NotThere, SourceSilent
from onrecord.record.recovery.sources import TRIES, Folder, Kept, Web, read_ahead, source_at
from tests.outbound.servers import Answer, Seen, serving

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site" / "s").mkdir(parents=True)
    (tmp_path / "site" / "s" / "index.html").write_bytes(b"page")
    (tmp_path / "secret").write_bytes(b"of another folder")
    return tmp_path / "site"


def test_a_folder_is_read_as_a_server_would(site: Path) -> None:
    assert source_at(str(site)).read("/s/") == b"page"
    for address in ("/s/other", "/s", "/../secret", "//etc/hostname"):
        with pytest.raises(NotThere, match="is not in"):
            Folder(site).read(address)


def test_a_link_does_not_lead_out_of_the_folder(site: Path) -> None:
    (site / "link").symlink_to(site.parent / "secret")
    with pytest.raises(NotThere):
        Folder(site).read("/link")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceSilent, match=r"There is no folder .*/nowhere\. Name the folder of a copy"):
        source_at(str(tmp_path / "nowhere"))


def test_an_address_is_asked_again_before_it_counts_as_silent(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    asked: list[str] = []

    def answer(seen: Seen) -> Answer:
        asked.append(seen.path)
        if seen.path.endswith("gone"):
            return Answer(404)
        return Answer(200, b"at last") if len(asked) == 2 else Answer(503)

    with serving(answer) as server:
        mirror = source_at(f"{server.url}/elmford/")
        assert mirror.read("/s/2026/eau-potable-é/1.json") == b"at last"
        assert set(asked) == {"/elmford/s/2026/eau-potable-%C3%A9/1.json"}
        with pytest.raises(NotThere, match=r"/gone is not at http://127\.0\.0\.1:\d+/elmford \(status 404\)"):
            mirror.read("/gone")
        asked.clear()
        asked.append("so that it stays silent")
        asked.append("")
        with pytest.raises(SourceSilent, match=r"answers with status 503\. Nothing was changed; try again"):
            mirror.read("/silent")
        assert len(asked) == 2 + TRIES


def test_a_private_address_is_not_asked_unless_the_administrator_allows_it(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    with serving(lambda _seen: Answer(200, b"inside")) as server, pytest.raises(SourceSilent):
        Web(server.url).read("/log/checkpoint")


def test_each_file_is_asked_for_once(site: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    kept = Kept(Folder(site), tmp_path / "kept")
    assert dict(read_ahead(kept, ["/s/"])) == {"/s/": b"page"}
    (site / "s" / "index.html").unlink()
    assert kept.read("/s/") == b"page"
