# SPDX-License-Identifier: Apache-2.0
"""An edition goes out to many, is watched, corrected, and left: in the words of the screens.

`python -m tests.stories.going_out --followers 20000 --pictures DIRECTORY` tells it by hand: a newsroom of its
own, a list that is imported, Postfix's `smtp-sink` as relay, Chromium. It prints what took how long and
photographs the screens and the mails; both want looking at. The test suite tells it with fifty followers.
"""

from __future__ import annotations

import argparse
import csv
import email
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.config.newsrooms import ROOT, Newsroom, free_port, until
from tests.stories.screens import ARGUMENTS, WIDTHS, chromium_program, photograph_open
from tests.stories.staffed import fill, staff

DOMAINS = ("mail.example", "post.example", "web.example", "town.example", "gone.example")
"""Where the followers of the list have their mailboxes; at the last one of fifty each."""
READER = "jan@reader.example"
HOURS_OF_PATIENCE = 900_000
"""Milliseconds: how long a distribution may take on a loaded machine."""


class Sink(Protocol):
    """A relay that takes everything; what it took for one address can be read."""

    port: int

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""


@dataclass
class PostfixSink:
    """`smtp-sink` on a free port of this machine, which writes each message into a file."""

    folder: Path
    port: int = field(default_factory=free_port)

    @contextmanager
    def running(self) -> Iterator[PostfixSink]:
        """Take mail while the block runs."""
        self.folder.mkdir()
        command = ["/usr/sbin/smtp-sink", "-d", "%Y%m%d%H%M%S.", f"127.0.0.1:{self.port}", "256"]
        if os.geteuid() == 0:
            command[1:1] = ["-u", "nobody"]
            self.folder.chmod(0o777)
        process = subprocess.Popen(command, cwd=self.folder)
        try:
            yield self
        finally:
            process.terminate()
            process.wait(10)

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails to an address, oldest first."""
        found = subprocess.run(
            ["grep", "-rlF", f"To: <{address}>", "."],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        ).stdout.split()
        paths = sorted((self.folder / name for name in found), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=SMTP) for path in paths]


@dataclass
class Story:
    """Everybody in it, and what it found out: figures by name, in seconds unless they say otherwise."""

    newsroom: Newsroom
    chromium: Browser
    sink: Sink
    followers: int
    pictures: Path | None = None
    inspect: Callable[[Page], object] = lambda page: None
    """Is shown each screen that is worth a picture."""
    figures: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = f"http://127.0.0.1:{self.newsroom.port}"
        self.ada, self.olga, self.ines = staff(self.chromium, self.newsroom)

    def tell(self) -> None:
        """Tell it from the list that is imported to the reader who leaves."""
        self._imports()
        reader = self._a_reader_follows()
        statement = self.olga.writes(
            title="Water is safe to drink",
            summary="The town tested the water on Monday and found it safe.",
            words="The water in Elmford is safe to drink. We tested it on Monday.",
        )
        self.olga.takes(statement, "Submit for approval")
        self.ines.takes(statement, "Approve")
        self._goes_out(statement, "first edition", everybody=self.followers + 1)
        self._looks_at_mail(1, "Water is safe to drink")

        self.olga.changes_the_words(statement, "The water in Elmford is safe. We tested it on Tuesday.")
        self.olga.page.wait_for_load_state("networkidle")  # what saves itself comes first
        note = "We gave the wrong day of the test."
        self.olga.takes(statement, "Submit for approval", change="correction", change_note=note)
        self.ines.takes(statement, "Approve")
        self._goes_out(statement, "correction", everybody=self.followers + 1)
        corrected = self._looks_at_mail(2, "Corrected: Water is safe to drink")
        assert note in text_of(corrected)
        expect(self.ines.page.locator("#lacking")).to_contain_text("got an earlier edition")
        self._looks_around(statement)

        reader.goto(corrected["List-Unsubscribe"].strip("<>"))
        reader.get_by_role("button", name="Unsubscribe").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("You no longer follow")
        self._finds_the_reader()
        assert [*self.ada.complaints, *self.olga.complaints, *self.ines.complaints] == []

    def _imports(self) -> None:
        path = self.newsroom.home.parent / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["email"])
            for number in range(self.followers):
                rest = (number // 50) % (len(DOMAINS) - 1)
                domain = DOMAINS[-1] if number % 50 == 49 else DOMAINS[rest]
                writer.writerow([f"{'gone' if domain == DOMAINS[-1] else 'reader'}{number}@{domain}"])
        arguments = ["import", str(path), "--source", "old newsletter", "--legal-basis", "consent, 2024"]
        with self._timed("import of the list"):
            done = subprocess.run(
                [sys.executable, "-m", "onrecord", "followers", *arguments],
                env=self.newsroom.variables, capture_output=True, text=True, cwd=ROOT, check=False,
            )  # fmt: skip
        assert f"added: {self.followers};" in done.stdout, done.stdout + done.stderr

    def _a_reader_follows(self) -> Page:
        reader = self.chromium.new_context(java_script_enabled=False).new_page()
        reader.set_default_timeout(60_000)
        reader.goto(f"{self.site}/")
        reader.get_by_role("navigation", name="Sections").get_by_role("link", name="Follow").click()
        reader.get_by_label("Your e-mail address").fill(READER)
        reader.get_by_role("button", name="Follow").click()
        reader.wait_for_timeout(2500)  # nobody reads and sends a form faster
        reader.get_by_role("button", name="Send me the mail").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
        assert until(lambda: self.sink.to(READER), seconds=180), "the mail that asks did not come"
        reader.goto(re.findall(r"^https?://\S+$", text_of(self.sink.to(READER)[0]), re.MULTILINE)[0])
        reader.get_by_role("button", name="Confirm").click()
        expect(reader.locator("[role=status]")).to_contain_text("Confirmed.")
        return reader

    def _goes_out(self, statement: int, what: str, *, everybody: int) -> None:
        """Release, and watch the page by itself until everybody is settled."""
        page = self.ines.page
        with self._timed(f"{what}: from the release to the end, as the page shows it"):
            self.ines.takes(statement, "Release now")
            began = time.monotonic()
            line = page.locator(".dl-line__said").first
            expect(line).to_contain_text(f"of {everybody:,} accepted", timeout=HOURS_OF_PATIENCE)
            self.figures[f"{what}: until the audience is written down"] = time.monotonic() - began
            if self.followers >= 2000:
                expect(line).to_contain_text("a minute", timeout=HOURS_OF_PATIENCE)
                self._photograph(page, f"{what}-under-way".replace(" ", "-"))
                self.olga.page.goto(f"{self.site}/desk/")
                expect(self.olga.page.get_by_text("is going out")).to_be_visible()
                self._photograph(self.olga.page, "front-page")
            done = page.locator("[data-live-done]")
            expect(done).to_have_count(1, timeout=HOURS_OF_PATIENCE)
        took = self.figures[f"{what}: from the release to the end, as the page shows it"]
        self.figures[f"{what}: mails a second, all in all"] = everybody / took
        self._photograph(page, f"{what}-done".replace(" ", "-"))

    def _looks_at_mail(self, number: int, subject: str) -> EmailMessage:
        assert until(lambda: len(self.sink.to(READER)) == number + 1, seconds=60), "each mail comes once"
        message = self.sink.to(READER)[-1]
        assert message["Subject"] == subject
        if self.pictures:
            (self.pictures / f"mail-{number}.txt").write_text(text_of(message), encoding="utf-8")
            part = message.get_body(("html",))
            assert part is not None
            for scheme in ("light", "dark"):
                for width_name, width in WIDTHS.items():
                    context = self.chromium.new_context(
                        viewport={"width": width, "height": 860},
                        color_scheme="dark" if scheme == "dark" else "light",
                        java_script_enabled=False,
                    )
                    page = context.new_page()
                    page.set_content(part.get_content())
                    name = f"mail-{number}-{width_name}-{scheme}.png"
                    page.screenshot(path=self.pictures / name, full_page=True)
                    context.close()
        return message

    def _looks_around(self, statement: int) -> None:
        page = self.olga.page
        self.olga.opens(statement)
        self._photograph(page, "statement")
        page.goto(f"{self.site}/desk/deliveries/")
        self._photograph(page, "deliveries")
        page.locator("table a").first.click()
        page.wait_for_url(re.compile(r"/desk/deliveries/\d+/$"))
        self._photograph(page, "distribution")
        page.locator("a", has_text=DOMAINS[0]).first.click()
        page.wait_for_url(re.compile("/hosts/"))
        self._photograph(page, "host")
        page.go_back()
        page.get_by_role("link", name="Recipients", exact=True).click()
        page.wait_for_url(re.compile("/recipients/"))
        self._photograph(page, "recipients")
        page.goto(f"{self.site}/desk/followers/")
        self._photograph(page, "followers")
        page.goto(f"{self.site}/desk/deliveries/domains/")
        self._photograph(page, "domains")

    def _finds_the_reader(self) -> None:
        page = self.olga.page
        page.goto(f"{self.site}/desk/deliveries/")
        page.locator("#dl-asked").fill(READER)
        page.get_by_role("button", name="Look up").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(READER)
        expect(page.locator(".dl-list tbody tr")).to_have_count(3)
        self._photograph(page, "recipient")
        page.goto(f"{self.site}/desk/")
        self._photograph(page, "front-page-after")

    def _photograph(self, page: Page, name: str) -> None:
        """Photograph a screen at each width, light and dark, if pictures are wanted."""
        self.inspect(page)
        if self.pictures:
            photograph_open(page, self.pictures, name)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.figures[what] = time.monotonic() - began


def text_of(message: EmailMessage) -> str:
    """Return the text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@contextmanager
def newsroom_of_its_own(folder: Path, sink: Sink) -> Iterator[Newsroom]:
    """Set up a newsroom in an empty directory and start it, with the sink as relay."""
    home = folder / "home"
    home.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    made = Newsroom(
        home,
        clean
        | {
            "ONRECORD_HOME": str(home),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "ONRECORD_MAIL_URL": f"smtp://127.0.0.1:{sink.port}?tls=none",
            "ONRECORD_MAIL_FROM": "news@elmford.example",
        },
    )
    try:
        fill(made)
        made.start()
        assert until(lambda: "The desk is at" in made.log, seconds=600), made.log
        yield made
    finally:
        made.end()


def main(arguments: Sequence[str] | None = None) -> None:
    """Tell the story by hand and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--followers", type=int, default=20_000)
    parser.add_argument("--pictures", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.pictures:
        chosen.pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        folder.chmod(0o755)
        sink = PostfixSink(folder / "mails")
        with sink.running(), newsroom_of_its_own(folder, sink) as newsroom, sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
            story = Story(newsroom, chromium, sink, chosen.followers, chosen.pictures)
            for person in (story.ada, story.olga, story.ines):
                person.page.set_default_timeout(180_000)
            try:
                story.tell()
            finally:
                pages = [page for context in chromium.contexts for page in context.pages]
                for number, page in enumerate(pages if chosen.pictures else []):
                    page.screenshot(path=chosen.pictures / f"at-the-end-{number}.png")
                if chosen.pictures:
                    (chosen.pictures / "log.txt").write_text(newsroom.log, encoding="utf-8")
                chromium.close()
            for name, value in story.figures.items():
                sys.stdout.write(f"{name}: {value:,.1f}\n")


if __name__ == "__main__":
    main()
