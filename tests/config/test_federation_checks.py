# SPDX-License-Identifier: Apache-2.0
"""What `onrecord check --federation` says of our own program, behind servers that do as bad proxies do."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.checks import CheckMessage

from onrecord.federation.checks import around, looking
from onrecord.federation.checks.asking import Outside
from onrecord.federation.models import Actor, SelfCheck
from onrecord.federation.needs import needs
from onrecord.outbound import Response
from onrecord.outbound.errors import RefusedAddress, Unreachable
from onrecord.people.models import Organisation, User
from tests.config.newsrooms import Newsroom, newsroom, until
from tests.outbound.servers import Answer, Seen, serving
from tests.statements import drafts

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

running = pytest.mark.django_db(transaction=True)
Fault = Callable[[Seen, Callable[[Seen], Answer]], Answer]
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "from-port"}


@dataclass
class Front:
    """A server in front of the program: it passes everything on, as far as `fault` lets it."""

    program: int = 0
    newsroom: Newsroom | None = None
    fault: Fault | None = None
    url: str = ""
    asked: list[Seen] = field(default_factory=list)

    def answer(self, seen: Seen) -> Answer:
        self.asked.append(seen)
        return self.fault(seen, self.passed_on) if self.fault else self.passed_on(seen)

    def passed_on(self, seen: Seen) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.program, timeout=20)
        try:
            headers = {name: value for name, value in seen.headers.items() if name not in HOP}
            connection.request(seen.method, seen.path, seen.body or None, headers)
            given = connection.getresponse()
            said = {name: value for name, value in given.getheaders() if name.lower() not in HOP}
            said.pop("server", None)
            said.pop("date", None)
            return Answer(given.status, given.read(), said)
        finally:
            connection.close()


@pytest.fixture
def front(
    settings: Settings, organisation: Organisation, olga: User, ines: User, tmp_path: Path
) -> Iterator[Front]:
    """Return a server in front of a newsroom that runs, with one statement; both stand on this machine."""
    made = Front()
    with ExitStack() as stack:
        server = stack.enter_context(serving(made.answer))
        made.url = server.url
        Organisation.objects.update(address=server.url)
        settings.HOME = tmp_path / "home"
        copy = stack.enter_context(newsroom(tmp_path, before=lambda: drafts.released(olga, ines)))
        _running(copy)
        made.program = copy.port
        made.newsroom = copy
        yield made


def _running(copy: Newsroom) -> None:
    assert copy.run("bake").returncode == 0
    copy.start()
    assert until(lambda: copy.status("/") == 200, 60), copy.log
    assert until(lambda: copy.status("/ap/actors/instance") == 200, 60), copy.log
    assert until(lambda: copy.status("/accounts/login/") == 200, 60), copy.log


def ids(found: list[CheckMessage]) -> set[str]:
    return {str(message.id) for message in found}


def said(found: list[CheckMessage], number: str) -> str:
    return next(str(message.msg) for message in found if message.id == number)


def octet_stream(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
    """A server that knows no type."""
    given = on(seen)
    if seen.method == "GET" and given.status == 200:
        given.headers = {k: v for k, v in given.headers.items() if k.lower() != "content-type"}
        given.headers["Content-Type"] = "application/octet-stream"
    return given


def not_passed_on(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
    """A server that has the files, and does not know of the program."""
    if seen.method == "POST":
        return Answer(405)
    return Answer(404) if "webfinger" in seen.path or "/ap/followers/" in seen.path else on(seen)


def leads_elsewhere(seen: Seen, _on: Callable[[Seen], Answer]) -> Answer:
    return Answer(301, b"", {"Location": f"https://www.elmford.example{seen.path}"})


def answers_nothing(_seen: Seen, _on: Callable[[Seen], Answer]) -> Answer:
    return Answer(404, b"<h1>Not found</h1>", {"Content-Type": "text/html"})


def without(*names: str) -> Fault:
    """Return a server that takes headers away."""

    def strip(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
        kept = {name: value for name, value in seen.headers.items() if name not in names}
        return on(replace(seen, headers=kept))

    return strip


def other_body(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
    """A server that writes JSON in its own way."""
    return (
        on(replace(seen, body=json.dumps(json.loads(seen.body), indent=1).encode()))
        if seen.body
        else on(seen)
    )


def other_subject(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
    given = on(seen)
    given.body = (
        given.body.replace(b"acct:press@", b"acct:somebody@") if "webfinger" in seen.path else given.body
    )
    return given


def old_copy(seen: Seen, on: Callable[[Seen], Answer]) -> Answer:
    """A cache in front that still has the account with other keys."""
    given = on(seen)
    given.body = (
        given.body.replace(b"#main-key", b"#main-key-9") if "/ap/actors/" in seen.path else given.body
    )
    return given


@pytest.mark.once
@running
@pytest.mark.slow
def test_what_servers_in_front_do_wrong_is_named(front: Front) -> None:
    """In one test, because the program takes its time to start."""
    assert ids(looking.problems()) == set()
    assert any(seen.method == "POST" and "signature" in seen.headers for seen in front.asked)
    wanted: list[tuple[Fault, set[str], str, str]] = [
        (octet_stream, {"federation.E008", "federation.E013"}, "federation.E008", "octet-stream"),
        (not_passed_on, {"federation.E002", "federation.E010", "federation.W020"}, "federation.E010", "405"),
        (leads_elsewhere, {"federation.E002", "federation.E007"}, "federation.E010", "a redirect (301)"),
        (answers_nothing, {"federation.E002", "federation.E007"}, "federation.E007", "404, text/html"),
        (
            without("digest", "content-digest"),
            {"federation.E011", "federation.W012"},
            "federation.E011",
            "igest",
        ),
        (without("signature", "signature-input"), {"federation.E011"}, "federation.E011", "401"),
        (without("date"), {"federation.E011"}, "federation.E011", "ate"),
        (without("signature-input"), {"federation.W012"}, "federation.W012", "RFC 9421"),
        (other_body, {"federation.E011", "federation.W012"}, "federation.E011", "igest"),
        (other_subject, {"federation.E003"}, "federation.E003", "acct:somebody@"),
        (old_copy, {"federation.E009"}, "federation.E009", "shows another key"),
    ]
    for fault, numbers, number, words in wanted:
        front.fault = fault
        found = looking.problems()
        assert numbers <= ids(found), (fault, [str(one.msg) for one in found])
        assert words in said(found, number)
        assert all(message.hint for message in found)
    front.fault = without("date")
    assert "federation.W012" not in ids(looking.problems()), "RFC 9421 needs no Date"


@pytest.mark.once
@running
@pytest.mark.slow
def test_the_command_says_the_same_and_the_desk_keeps_it(front: Front, ada: User) -> None:
    assert looking.look().problems == []
    assert list(needs(ada)) == []
    assert front.newsroom is not None
    fine = front.newsroom.run("check", "--federation", "--json")
    assert not [one for one in json.loads(fine.stdout) if one["id"].startswith("federation.")]
    front.fault = not_passed_on
    failed = front.newsroom.run("check", "--federation", "--json")
    told = {one["id"]: one for one in json.loads(failed.stdout)}
    assert (failed.returncode, told["federation.E010"]["level"]) == (1, "error")
    assert "docs/serving/" in told["federation.E010"]["mend"]
    row = looking.look()
    since = row.failing_since
    assert {one["id"] for one in row.problems} >= {"federation.E002", "federation.E010"}
    [need] = needs(ada)
    assert need.url == "/desk/fediverse/accounts/"
    assert "WebFinger" in need.detail
    assert looking.look().failing_since == since
    assert not looking.is_time_to_look()
    front.fault = None
    assert looking.look().failing_since is None
    assert list(needs(ada)) == []
    assert SelfCheck.objects.count() == 1
    assert Actor.objects.filter(name="instance").exists()


def test_a_clock_that_is_off_is_told() -> None:
    for off, number in ((0, ""), (45, "federation.W017"), (13 * 3600, "federation.E018")):
        moment = format_datetime(datetime.now(UTC) + timedelta(seconds=off), usegmt=True)

        def answer(_seen: Seen, moment: str = moment) -> Answer:
            return Answer(200, b"here", {"Date": moment})

        with serving(answer) as server:
            found = list(around.clock(Outside(server.url)))
        assert ids(found) == ({number} if number else set())


def test_loopback_is_asked_only_where_the_site_stands_there() -> None:
    with serving(lambda _seen: Answer(200, b"secret")) as server:
        assert Outside(server.url).get("/").body == b"secret"
        elsewhere = Outside("https://news.elmford.example")
        with pytest.raises(RefusedAddress):
            elsewhere.ask(server.url, {})


@dataclass
class Net(Outside):
    """The network as the site's other names would answer; whatever is not in it is not there."""

    answers: dict[str, Response] = field(default_factory=dict)

    def ask(self, url: str, headers: Mapping[str, str], *, body: bytes | None = None) -> Response:
        if url not in self.answers:
            raise Unreachable(f"{url} is not there.")
        return self.answers[url]


def page(url: str, body: bytes = b"the site") -> Response:
    return Response(200, {"content-type": "text/html"}, body, url)


def led(url: str, target: str) -> Response:
    return Response(301, {"location": target}, b"", url)


HOME, OTHER = "https://news.elmford.example", "https://www.news.elmford.example"
PLAIN = "http://news.elmford.example"


@pytest.mark.parametrize(
    ("other", "number"),
    [
        (None, ""),
        (page(f"{OTHER}/"), "federation.W015"),
        (page(f"{OTHER}/", b"somebody else's"), ""),
        (led(f"{OTHER}/", f"{HOME}/"), ""),
        (led(f"{OTHER}/", HOME), ""),
    ],
)
def test_a_second_copy_under_another_name_is_told(other: Response | None, number: str) -> None:
    net = Net(HOME, answers={f"{HOME}/": page(f"{HOME}/")} | ({f"{OTHER}/": other} if other else {}))
    assert ids(list(around.other_names(net))) == ({number} if number else set())


@pytest.mark.parametrize(
    ("plain", "number"),
    [
        (None, ""),
        (page(f"{PLAIN}/"), "federation.W016"),
        (led(f"{PLAIN}/", f"{HOME}/"), ""),
        (led(f"{PLAIN}/", "https://news.elmford.example.evil.example/"), "federation.W016"),
    ],
)
def test_whoever_comes_by_http_is_led_to_https(plain: Response | None, number: str) -> None:
    net = Net(HOME, answers={f"{PLAIN}/": plain} if plain else {})
    assert ids(list(around.https(net))) == ({number} if number else set())
