# SPDX-License-Identifier: Apache-2.0
"""`onrecord comments`: what it says, what it changes, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.config.commands.comments import command
from onrecord.conversation.models import Comment
from onrecord.delivery.models import Delivery
from onrecord.journal.models import Entry
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.readers import JAN, page, shown
from tests.conversation.test_import import DISQUS, PAGE, WRITERS


@pytest.fixture
def disqus(tmp_path: Path) -> Path:
    """An export with a comment, its answer, spam, and one on a page that is no statement here."""
    file = tmp_path / "export.xml"
    file.write_text(DISQUS, encoding="utf-8")
    return file


@pytest.fixture
def pages(tmp_path: Path, water: Publication) -> Path:
    """Where the page of the export stands here; saved by a spreadsheet, with its mark at the beginning."""
    file = tmp_path / "pages.csv"
    file.write_text(f"page,statement\n {PAGE} ,{water.path}\n", encoding="utf-8-sig")
    return file


def run(*words: str | Path) -> Result:
    """Call the command."""
    return CliRunner().invoke(command, [str(word) for word in words])


def imported(disqus: Path, pages: Path, *more: str) -> Result:
    return run("import", disqus, "--format", "disqus", "--pages", pages, *more)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    water: Publication, disqus: Path, pages: Path
) -> None:
    before = Entry.objects.count()
    result = imported(disqus, pages, "--dry-run")
    assert "would be added: 2; known already: 0; without words: 0; without a statement: 1" in result.stdout
    assert (Comment.objects.count(), Entry.objects.count()) == (0, before)


def test_comments_are_added_baked_and_mailed_to_nobody(water: Publication, disqus: Path, pages: Path) -> None:
    result = imported(disqus, pages)
    assert result.exit_code == 1, "one page is no statement here"
    assert "https://old.example/else.html: no statement here; 1 comments" in result.stderr
    assert result.stdout == "added: 2; known already: 0; without words: 0; without a statement: 1\n"
    assert "An answer" in page(water)
    assert not Delivery.objects.exists()


def test_the_same_file_again_adds_nothing_and_another_source_does(
    water: Publication, disqus: Path, pages: Path
) -> None:
    imported(disqus, pages)
    assert "added: 0; known already: 2" in imported(disqus, pages).stdout
    assert Comment.objects.count() == 2
    assert "added: 2; known already: 0" in imported(disqus, pages, "--source", "blog").stdout


def test_where_every_page_is_a_statement_it_ends_well(
    water: Publication, tmp_path: Path, pages: Path
) -> None:
    file = tmp_path / "comments.db"
    WRITERS["isso"](file)
    pages.write_text(f"page,statement\n/2019/water.html,{water.path}\n", encoding="utf-8")
    result = run("import", file, "--format", "isso", "--pages", pages)
    assert (result.exit_code, result.stdout.partition(";")[0]) == (0, "added: 2")


def test_how_far_it_is_goes_to_the_terminal_and_not_into_a_file(
    water: Publication, disqus: Path, pages: Path
) -> None:
    result = imported(disqus, pages)
    assert "export.xml" in result.stderr
    assert "export.xml" not in result.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<disqus><post>", "export.xml"), (b"\x00\xff", "export.xml"), (b"", "export.xml")],
)
def test_what_cannot_be_read_is_said_in_a_sentence(
    water: Publication, disqus: Path, pages: Path, content: bytes, said: str
) -> None:
    disqus.write_bytes(content)
    result = imported(disqus, pages)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    assert not Comment.objects.exists()


def test_a_list_of_pages_without_its_columns_is_refused(
    water: Publication, disqus: Path, pages: Path
) -> None:
    pages.write_text("from;to\na;b\n", encoding="utf-8")
    result = imported(disqus, pages)
    assert result.exit_code == 1
    assert "pages.csv needs the columns page and statement" in result.stderr


def test_an_unknown_format_and_a_missing_file_are_mistakes_of_the_command(disqus: Path) -> None:
    assert run("import", disqus, "--format", "phpbb").exit_code == 2
    assert run("import", disqus).exit_code == 2
    assert run("import", disqus.parent / "none.xml", "--format", "disqus").exit_code == 2


def test_before_the_newsroom_is_set_up_it_says_so(db: None, disqus: Path) -> None:
    result = run("import", disqus, "--format", "disqus")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.stderr.startswith("Error: ")


def test_every_confirmed_comment_is_exported_once(water: Publication, mo: User) -> None:
    shown(water, mo)
    shown(water, mo, "And who tested?", address="kim@reader.example")
    result = run("export")
    assert result.exit_code == 0
    assert result.stderr.endswith("2 comments\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 2
    assert JAN in json.dumps(rows)
