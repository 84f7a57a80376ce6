# SPDX-License-Identifier: Apache-2.0
"""A comment is written, shown, answered, reported, sealed, appealed against and put back: a story.

`python -m tests.stories.talking DIRECTORY` tells it by hand, once without scripts in English and once with
them in Arabic, photographs every page and screen, and says how long an approved comment took to be readable.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page, expect, sync_playwright

from tests.config.newsrooms import ROOT, Newsroom, until
from tests.delivery.relays import in_a_thread
from tests.stories.screens import ARGUMENTS, chromium_program
from tests.stories.talking_mails import Relay, answer, links, notice_in, text_of
from tests.stories.talking_room import LATEST, Room, opened
from tests.stories.talking_words import Entry, Telling, tellings


@dataclass
class Talk(Room):
    """The story, step by step, and what it found out."""

    seconds: list[float] = field(default_factory=list)
    """From the click on *Approve* to the page that shows the comment."""

    def tell(self, telling: Telling) -> None:
        """Tell the story from the first comment to the statistics."""
        reader, staff = self.a_reader(telling.language, scripts=telling.scripts), self.a_desk("mo")
        comment = self._comments(reader, telling)
        self._is_approved(staff, telling.path, telling.words)
        self._is_answered(reader, staff, telling, comment)
        baked = self.baked(telling.path)
        self._is_reported(reader, telling, comment)
        self._is_sealed(staff, telling)
        assert telling.words not in self.baked(telling.path).decode()
        self._appeals(reader, telling)
        self._is_put_back(staff, telling)
        assert until(lambda: self.baked(telling.path) == baked, seconds=30), "restored byte for byte"
        reader.goto(f"{self.site}/comments/{comment}")
        assert unquote(reader.url) == f"{self.site}{telling.path}#comment-{comment}"
        self._both_sides_are_told(reader, telling)
        assert reader.context.cookies() == [], "no cookie for readers"
        assert self.complaints == []
        for page in (reader, staff):
            page.context.close()

    def everybody_comments(self, path: str, entries: Sequence[Entry]) -> int:
        """Let somebody else send and confirm each of these; return how many could be said at all."""
        about, number_of = self.publication(path), f"{abs(hash(path)) % 10**6}"
        with closing(HTTPConnection("127.0.0.1", self.newsroom.port, timeout=60)) as connection:
            tickets = [
                json.loads(answer(connection, "GET", f"/forms/ticket?purpose=comment&about={about}"))[
                    "ticket"
                ]
                for _entry in entries
            ]
            time.sleep(2.5)  # nobody reads and sends a form faster
            for number, (entry, ticket) in enumerate(zip(entries, tickets, strict=True)):
                fields = {
                    "publication": about,
                    "ticket": ticket,
                    "name": entry.name,
                    "text": entry.text,
                    "link": entry.link,
                    "address": f"reader{number}@{number_of}.example",
                }
                answer(connection, "POST", "/comments/send", fields, f"10.9.{number}.7")
        return self._confirmed(f"@{number_of}.example")

    def approves_all(self, staff: Page) -> None:
        """Approve what is held, from the keyboard, until nothing is left; then wait for the site."""
        queue = f"{self.site}/desk/moderation/?only=held"
        staff.goto(queue)
        while (first := staff.locator("[data-case] a").first).count():
            first.click()
            staff.wait_for_url(re.compile(r"/case/\d+/$"))
            while "/case/" in staff.url:
                staff.wait_for_load_state("load")
                with staff.expect_navigation():
                    staff.keyboard.press("a")
            staff.goto(queue)
        staff.wait_for_timeout(3000)

    def _comments(self, reader: Page, telling: Telling) -> int:
        reader.goto(self.site + telling.path)
        self.photograph(reader, f"form-{telling.language}")
        self._fills_in(reader, telling, "kim", telling.words, replies=True)
        self._sends(reader, telling)
        asked = self.mail(telling.address("kim"), 1)
        reader.goto(links(asked)[0])
        expect(reader.locator(".comment-mine .comment-text")).to_have_text(telling.words)
        self.photograph(reader, f"confirm-{telling.language}")
        reader.locator("button[name=deed][value=confirm]").click()
        expect(reader.locator("[role=status]")).to_have_text(
            telling.says("Confirmed. A moderator looks at it before it is shown.")
        )
        self.photograph(reader, f"mine-{telling.language}")
        edit = reader.locator("a[href*='/edit/']").first.get_attribute("href")
        assert edit is not None
        return int(edit.rsplit("/", 1)[1])

    def _is_approved(self, staff: Page, path: str, words: str) -> None:
        """Let Mo approve what waits, and note how long it takes to be readable."""
        self.sits_down(staff.context, "mo")
        self.opens_the_case(staff, words[:30])
        began = time.monotonic()
        staff.locator("button[data-key=a]").click()
        assert until(lambda: words in self.baked(path).decode(), seconds=30)
        self.seconds.append(time.monotonic() - began)

    def _is_answered(self, reader: Page, staff: Page, telling: Telling, comment: int) -> None:
        reader.goto(self.site + telling.path)
        reader.locator(f"#comment-{comment} .comment-answer").click()
        expect(reader.locator(".comment-quoted")).to_contain_text(telling.words)
        self.photograph(reader, f"answer-{telling.language}")
        self._fills_in(reader, telling, "jan", telling.answer)
        self._sends(reader, telling)
        reader.goto(links(self.mail(telling.address("jan"), 1))[0])
        reader.locator("button[name=deed][value=confirm]").click()
        expect(reader.locator("[role=status]")).to_be_visible()
        self._is_approved(staff, telling.path, telling.answer)
        told = self.mail(telling.address("kim"), 2)
        assert "jan" in str(told["Subject"])
        reader.goto(next(link for link in links(told) if re.search(r"/comments/\d+$", link)))
        expect(reader.locator(f"#comment-{comment} ~ .comment .comment-text").first).to_have_text(
            telling.answer
        )
        self.photograph(reader, f"thread-{telling.language}")

    def _is_reported(self, reader: Page, telling: Telling, comment: int) -> None:
        reader.goto(self.site + telling.path)
        reader.locator(f"#comment-{comment} .comment-deeds a").last.click()
        expect(reader.locator(".due-quote")).to_contain_text(telling.words)
        reader.locator("#report-category").select_option(index=3)
        reader.locator("#report-explanation").fill("This insults my neighbours.")
        reader.locator("#report-name").fill("Max Stranger")
        reader.locator("#report-address").fill(telling.address("max"))
        reader.locator("#report-faith").check()
        self.photograph(reader, f"report-{telling.language}")
        self._sends(reader, telling)
        reader.goto(links(self.mail(telling.address("max"), 1))[0])
        reader.locator("button[value=confirm]").click()
        expect(reader.locator("[role=status]")).to_be_visible()
        self.photograph(reader, f"report-status-{telling.language}")
        receipt = self.mail(telling.address("max"), 2)
        assert telling.says("We have received your report") == receipt["Subject"]

    def _is_sealed(self, staff: Page, telling: Telling) -> None:
        self.sits_down(staff.context, "bea")
        self.opens_the_case(staff, telling.words[:30])
        self.photograph(staff, f"case-{telling.language}")
        staff.locator("input[name=effects][value=seal]").check()
        staff.locator("select[name=rule]").select_option(index=2)
        staff.locator("textarea[name=facts]").fill("It calls all neighbours vermin.")
        staff.locator("textarea[name=explanation]").fill("It degrades people for what they are.")
        staff.locator("#decide button[type=submit]").click()
        expect(staff.locator(".messages")).to_contain_text("Decided.")
        assert until(lambda: telling.words not in self.baked(telling.path).decode(), seconds=30)
        notice = self.mail(telling.address("kim"), 3)
        assert "It calls all neighbours vermin." in text_of(notice)
        assert "max" not in text_of(notice).lower(), "who reported it they do not learn"

    def _appeals(self, reader: Page, telling: Telling) -> None:
        reader.goto(self.site + telling.path)
        self.photograph(reader, f"thread-sealed-{telling.language}")
        reader.goto(notice_in(self.mail(telling.address("kim"), 3)))
        expect(reader.locator(".due-quote")).to_contain_text(telling.words)
        self.photograph(reader, f"notice-{telling.language}")
        reader.locator("#due-text").fill("I spoke of the ants in my kitchen, not of anybody's neighbours.")
        self._sends(reader, telling, done=reader.locator("section#appeal [role=status]").first)
        self.photograph(reader, f"appealed-{telling.language}")
        self.mail(telling.address("kim"), 4)

    def _is_put_back(self, staff: Page, telling: Telling) -> None:
        self.sits_down(staff.context, "bea")
        staff.goto(f"{self.site}/desk/moderation/appeals/")
        self.photograph(staff, f"appeals-{telling.language}")
        staff.get_by_role("link", name=telling.words[:30]).first.click()
        expect(staff.locator(".judge__refused")).to_contain_text("Bea Both had a part in the decision")
        expect(staff.locator("button[data-key=c]")).to_have_count(0)
        appeal = staff.url
        self.photograph(staff, f"refused-{telling.language}")
        self.sits_down(staff.context, "rosa")
        staff.goto(appeal)
        staff.locator("button[data-key=c]").click()
        staff.locator("input[name=outcome][value=reversed]").check()
        staff.locator("textarea[name=facts]").fill("The sentence before it is about ants.")
        staff.locator("textarea[name=explanation]").fill("Nobody is degraded by it.")
        self.photograph(staff, f"hearing-{telling.language}")
        staff.locator("button[type=submit]", has_text="Decide, carry it out").click()
        expect(staff.locator(".messages")).to_contain_text("Both sides are told.")

    def _both_sides_are_told(self, reader: Page, telling: Telling) -> None:
        for name, number in (("kim", 5), ("max", 4)):
            outcome = self.mail(telling.address(name), number)
            assert "The sentence before it is about ants." in text_of(outcome)
            reader.goto(notice_in(outcome))
            expect(reader.locator(".due-points")).to_contain_text("Nobody is degraded by it.")
            self.photograph(reader, f"outcome-{name}-{telling.language}")

    def _confirmed(self, domain: str) -> int:
        """Confirm everything that those at a domain were asked about; return how many that is."""

        def asked() -> list[str]:
            return [to for _from, to, _message in list(self.relay.taken) if to.endswith(domain)]

        quiet = 0
        while quiet < 6:
            before = len(asked())
            time.sleep(0.5)
            quiet = quiet + 1 if len(asked()) == before and before else 0
        with closing(HTTPConnection("127.0.0.1", self.newsroom.port, timeout=60)) as connection:
            for address in asked():
                link = links(self.relay.to(address)[0])[0].removeprefix(self.site)
                number = re.search(r'name="comment" value="(\d+)"', answer(connection, "GET", link))
                assert number is not None
                done = answer(connection, "POST", link, {"deed": "confirm", "comment": number[1]})
                assert "Confirmed." in done
        return len(asked())

    def _fills_in(
        self, reader: Page, telling: Telling, name: str, words: str, *, replies: bool = False
    ) -> None:
        reader.locator("#comment-text").fill(words)
        reader.locator("#comment-name").fill(name)
        reader.locator("#comment-address").fill(telling.address(name))
        if replies:
            reader.locator("#comment-replies").check()

    def _sends(self, reader: Page, telling: Telling, done: object = None) -> None:
        """Send the form at hand: without scripts a baked one is shown once more, to be read."""
        send = reader.locator("form[data-guard] button[type=submit]:not([value=preview])").first
        if not telling.scripts:
            if not reader.locator("form[data-guard] [name=ticket]").input_value():
                send.click()
                expect(reader.locator(".comment-preview")).to_be_visible()
                self.photograph(reader, f"once-more-{telling.language}")
            reader.wait_for_timeout(2500)  # nobody reads and sends a form faster
        send.click()
        if done is None:
            title = telling.says("Look into your mailbox")
            expect(reader.get_by_role("heading", level=1)).to_have_text(title, timeout=LATEST)
        else:
            expect(done).to_be_visible(timeout=LATEST)  # type: ignore[call-overload]  # a locator


@contextmanager
def by_hand(folder: Path) -> Iterator[tuple[Newsroom, Relay]]:
    """Make a newsroom and a relay outside the test suite."""
    import os

    home = folder / "home"
    home.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    ours = {"ONRECORD_HOME": str(home), "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    made = Newsroom(home, clean | ours)
    try:
        with in_a_thread(Relay()) as relay:
            assert isinstance(relay, Relay)
            yield made, relay
    finally:
        made.end()


def main(pictures: Path) -> None:
    """Tell the story twice and photograph it."""
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "onrecord.config.settings"
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        os.environ["ONRECORD_HOME"] = place
        import django

        django.setup()
        with by_hand(Path(place)) as (newsroom, relay), sync_playwright() as playwright:
            cast = opened(newsroom, relay)
            chromium = playwright.chromium.launch(executable_path=chromium_program(), args=ARGUMENTS)
            talk = Talk(newsroom, chromium, relay, cast, pictures)
            try:
                for telling in tellings(cast):
                    talk.tell(telling)
                sys.stdout.write(json.dumps(talk.figures(), indent=1, ensure_ascii=False)[:3000] + "\n")
            finally:
                pages = [page for context in chromium.contexts for page in context.pages]
                for number, page in enumerate(pages):
                    page.screenshot(path=pictures / f"at-the-end-{number}.png")
                (pictures / "log.txt").write_text(newsroom.log, encoding="utf-8")
                chromium.close()
            sys.stdout.write(f"approved to readable: {[f'{one:.2f} s' for one in talk.seconds]}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
