# SPDX-License-Identifier: Apache-2.0
"""What known domains say about the newsroom, told apart: right, missing, somebody else's, unknown."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from onrecord.identity import links
from onrecord.identity.dns import server_list, txt_records
from onrecord.identity.errors import Unanswered
from onrecord.identity.links import Asking, Newsroom, Outcome, Way, judge_records, look
from onrecord.outbound import Response
from onrecord.outbound.errors import RefusedAddress
from onrecord.proof.dns_record import DnsRecord
from tests.identity.name_server import name_server

ROOT, OTHER_ROOT = "ab" * 32, "cd" * 32
EXPECTED = DnsRecord("news.elmford.example/log", ROOT)
NEWSROOM = Newsroom("news.elmford.example", EXPECTED)
NAME = "_onrecord.elmford.example"


@pytest.mark.parametrize(
    ("texts", "outcome", "detail"),
    [
        ([], Outcome.MISSING, ""),
        (["v=spf1 -all"], Outcome.MISSING, ""),
        ([EXPECTED.to_text()], Outcome.RIGHT, ""),
        (
            ["v=spf1 -all", DnsRecord("other.example/log", ROOT).to_text(), EXPECTED.to_text()],
            Outcome.RIGHT,
            "",
        ),
        ([DnsRecord(EXPECTED.log, OTHER_ROOT).to_text()], Outcome.OTHER_ROOT, OTHER_ROOT),
        ([DnsRecord(EXPECTED.log).to_text()], Outcome.NO_ROOT, ""),
        ([DnsRecord("other.example/log", ROOT).to_text()], Outcome.OTHER_LOG, "other.example/log"),
    ],
)
def test_records_are_judged_by_log_and_root(texts: list[str], outcome: Outcome, detail: str) -> None:
    seen = judge_records("elmford.example", EXPECTED, texts)

    assert (seen.outcome, seen.detail) == (outcome, detail)


def test_while_roots_are_exchanged_both_may_stand_there() -> None:
    both = [DnsRecord(EXPECTED.log, OTHER_ROOT).to_text(), EXPECTED.to_text()]

    assert judge_records("elmford.example", EXPECTED, both).outcome is Outcome.RIGHT


def test_a_record_that_cannot_be_read_is_not_taken_for_a_missing_one() -> None:
    seen = judge_records("elmford.example", EXPECTED, ["v=onrecord1; log=news.elmford.example/log; root=abc"])

    assert seen.outcome is Outcome.UNREADABLE
    assert "not 64 digits" in seen.detail


def test_without_root_keys_the_log_alone_is_compared() -> None:
    expected = DnsRecord(EXPECTED.log)

    for text in (expected.to_text(), EXPECTED.to_text()):
        assert judge_records("elmford.example", expected, [text]).outcome is Outcome.RIGHT


def test_dns_is_asked_at_the_servers_that_are_named() -> None:
    long = EXPECTED.to_text() + "; note=" + "x" * 300
    with name_server({NAME: [long, "v=spf1 -all"], "_onrecord.empty.example": []}) as server:
        assert sorted(txt_records(NAME, servers=server)) == sorted([long, "v=spf1 -all"])
        assert txt_records("_onrecord.empty.example", servers=server) == []
        assert txt_records("_onrecord.nobody.example", servers=server) == []


def test_a_silent_name_server_leaves_it_unknown() -> None:
    with name_server({}, silent=True) as server, pytest.raises(Unanswered, match=r"within 0\.1 seconds"):
        txt_records(NAME, servers=server, seconds=0.1)


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("192.0.2.1", [("192.0.2.1", 53)]),
        ("192.0.2.1:5353, 2001:db8::1,", [("192.0.2.1", 5353), ("2001:db8::1", 53)]),
        ("[2001:db8::1]:5353,[2001:db8::2]", [("2001:db8::1", 5353), ("2001:db8::2", 53)]),
    ],
)
def test_name_servers_are_named_with_their_ports(text: str, servers: list[tuple[str, int]]) -> None:
    assert server_list(text) == servers


@pytest.mark.parametrize(
    "text", ["dns.example", "192.0.2.1:", "192.0.2.1:0", "[2001:db8::1]:x", "192.0.2.300"]
)
def test_what_is_no_name_server_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no port between|does not appear to be"):
        server_list(text)


class Web:
    """Stands in for the network: answers addresses with a status and a body, and remembers who asked."""

    def __init__(self, pages: Mapping[str, tuple[int, bytes]]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, bool]] = []

    def fetch(self, url: str, *, limit: int, timeout: float, allow_private: bool) -> Response:
        self.asked.append((url, allow_private))
        if url not in self.pages:
            raise RefusedAddress("The name leads to 10.0.0.1, which is not on the public internet.")
        status, body = self.pages[url]
        return Response(status, {}, body, url)


WELL_KNOWN, AT_ROOT = "https://elmford.example/.well-known/trust.txt", "https://elmford.example/trust.txt"
NOTHING = (404, b"")


@pytest.mark.parametrize(
    ("well_known", "at_root", "outcome"),
    [
        ((200, b"# ours\nControl = https://News.Elmford.example/\n"), NOTHING, Outcome.RIGHT),
        (NOTHING, (200, b"\xef\xbb\xbfcontrol=news.elmford.example"), Outcome.RIGHT),
        (NOTHING, NOTHING, Outcome.MISSING),
        ((200, b"<!doctype html><title>Not found</title>"), NOTHING, Outcome.NOT_NAMED),
        ((200, b"control=https://news.elmford.example.evil.example/"), NOTHING, Outcome.NOT_NAMED),
        ((200, b"#control=https://news.elmford.example/"), NOTHING, Outcome.NOT_NAMED),
        ((200, b"member=https://news.elmford.example/\ncontrol=https://[/"), NOTHING, Outcome.NOT_NAMED),
        ((500, b""), NOTHING, Outcome.UNANSWERED),
    ],
)
def test_a_trust_txt_has_to_say_that_it_controls_this_site(
    well_known: tuple[int, bytes],
    at_root: tuple[int, bytes],
    outcome: Outcome,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web = Web({WELL_KNOWN: well_known, AT_ROOT: at_root})
    monkeypatch.setattr(links, "fetch", web.fetch)

    assert links.look_in_trust_txt("elmford.example", "news.elmford.example", Asking()).outcome is outcome


def test_several_domains_are_asked_and_private_addresses_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web({WELL_KNOWN: (200, b"control=https://news.elmford.example/")})
    monkeypatch.setattr(links, "fetch", web.fetch)
    with name_server({NAME: [EXPECTED.to_text()]}) as server:
        seen = look(["elmford.example", "inside.example"], NEWSROOM, Asking(server))

    assert [(one.domain, one.way, one.outcome) for one in seen] == [
        ("elmford.example", Way.DNS, Outcome.RIGHT),
        ("elmford.example", Way.TRUST_TXT, Outcome.RIGHT),
        ("inside.example", Way.DNS, Outcome.MISSING),
        ("inside.example", Way.TRUST_TXT, Outcome.UNANSWERED),
    ]
    assert "not on the public internet" in seen[-1].detail
    assert not any(private for _url, private in web.asked)
