# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import pytest

from onrecord.delivery.mail import records

RSA = "v=DKIM1; k=rsa; p=MIIBIjANBg"


def test_an_spf_record_is_taken_apart() -> None:
    terms = records.spf_terms(
        "v=spf1 a mx/24 a:mail.example.org/28 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.example.net"
        " ?exists:%{i}.example.org exp=why.example.org redirect=_spf.example.org -all"
    )
    assert [term.name for term in terms if term.asks] == ["a", "mx", "a", "include", "exists", "redirect"]
    assert [term.leads_to for term in terms if term.leads_to] == ["_spf.example.net", "_spf.example.org"]
    assert (terms[-1].qualifier, terms[-1].name) == ("-", "all")


@pytest.mark.parametrize(
    "word",
    ["ip4:mail.example.org", "ip4:2001:db8::1", "include:", "all:x", "includes:x", "~redirect=x", ":", "ip4"],
)
def test_what_is_no_word_of_spf_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r"no word of SPF|ip4 address|does not appear to be"):
        records.spf_terms(f"v=spf1 {word} -all")


@pytest.mark.parametrize("word", ["all", "+all", "ip4:0.0.0.0/0", "ip6:::/0"])
def test_a_record_that_lets_everybody_send_is_seen(word: str) -> None:
    assert records.lets_everybody(records.spf_terms(f"v=spf1 {word}"))
    assert not records.lets_everybody(records.spf_terms("v=spf1 ~all"))


def test_only_spf_records_are_counted() -> None:
    texts = ["v=spf1", "V=SPF1 -all", "v=spf10 -all", "google-site-verification=x"]
    assert records.spf_records(texts) == texts[:2]


def test_the_same_key_is_the_same_however_it_is_written() -> None:
    assert records.same_dkim_key("p=MIIBIj ANBg ;v=DKIM1", RSA)
    assert not records.same_dkim_key("v=DKIM1; k=ed25519; p=MIIBIjANBg", RSA)
    assert not records.same_dkim_key("v=DKIM1; p=", RSA)
    with pytest.raises(ValueError, match="is there twice"):
        records.same_dkim_key("v=DKIM1; p=a; p=b", RSA)


def test_a_policy_is_read() -> None:
    assert records.dmarc_records(["v=DMARC1; p=none", "v=DMARC12", "x"]) == ["v=DMARC1; p=none"]
    assert records.dmarc("v=DMARC1; p=reject; sp=none; aspf=s")["sp"] == "none"


@pytest.mark.parametrize(
    "record", ["v=DMARC1", "v=DMARC1; p=maybe", "v=DMARC1; p=none; aspf=x", "v=DMARC1; p"]
)
def test_a_policy_that_receivers_ignore_is_refused(record: str) -> None:
    with pytest.raises(ValueError, match=r"its policy|neither r nor s|no part"):
        records.dmarc(record)


def test_a_policy_may_stand_above() -> None:
    assert records.parents("news.elmford.example") == ["news.elmford.example", "elmford.example"]
    assert len(records.parents("a.b.c.d.e.f.g.h.i.example")) == 6
    assert records.parents("localhost") == ["localhost"]
