# SPDX-License-Identifier: Apache-2.0
"""What hostile people write: scripts, bombs, tricks with Unicode. It gets through as words, no more."""

from __future__ import annotations

import subprocess
import sys
import time
from html.parser import HTMLParser

import pytest
from django.test import Client

from onrecord.conversation import actions, folding, markup
from onrecord.conversation.actions import Said
from onrecord.conversation.errors import BadComment
from onrecord.conversation.models import Comment, Kind
from onrecord.conversation.views.sending import GUARD
from onrecord.people.models import User
from onrecord.statements.models import Publication
from tests.conversation.hostile import VECTORS
from tests.conversation.readers import JAN, KIM, page, shown, work
from tests.people.forms import read_ticket

ALLOWED = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre", "a", "s"}
BOMBS = [
    *(letter * 5000 for letter in ("*", "[", "(", "`", "_", "~", "!", "\\", "<", "&", "#")),
    ">" * 5000,
    "> " * 2500,
    "- " * 2500,
    "[" * 2499 + "](" * 1250,
    "*a_ " * 1250,
    "**a " * 1250,
    "`a``b" * 1000,
    "https://a.example/" + "(" * 2000 + ")" * 2000,
    "http://" * 700,
    "\n".join("> - " * 20 for _line in range(60)),
    "[a](<" * 1000,
    "e" + "\u0301" * 4900,
    "\U0001f469\u200d" * 1600,
]


class Reader(HTMLParser):
    """Notes every element and attribute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.depth = self.deepest = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.depth += tag != "br"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


def _is_harmless(html: str) -> None:
    for tag, attributes in Reader(html).found:
        assert tag in ALLOWED, html
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else {"dir"}), html
        if tag == "a":
            assert str(attributes.get("href", "https://")).startswith(("https://", "http://")), html
            assert attributes["rel"] == "nofollow ugc noopener"


@pytest.mark.parametrize("text", VECTORS)
def test_what_would_run_is_only_words(text: str) -> None:
    _is_harmless(markup.rendered(markup.cleaned(text)))
    _is_harmless(markup.rendered(markup.cleaned(f"> {text}\n\n- {text}\n\n**{text}**")))


@pytest.mark.parametrize("text", BOMBS)
def test_no_text_takes_long_or_nests_deep(text: str) -> None:
    started = time.process_time()
    html = markup.rendered(markup.cleaned(text[:5000]))
    folding.folded(text[:5000])

    assert time.process_time() - started < 2, "and that on a busy machine"
    assert len(html) < 200_000
    assert Reader(html).deepest <= 40
    _is_harmless(html)


def test_on_the_page_and_in_every_answer_hostile_words_stay_words(
    client: Client, water: Publication, mo: User
) -> None:
    text = "\n\n".join(VECTORS)[:5000]
    comment = shown(water, mo, text, name="<b onclick=alert(1)>Jan\"'</b>")
    actions.restrict(
        comment, Kind.LABEL, reference="d/1", label="<script>alert(1)</script>", by=mo.as_actor()
    )
    work()
    fields = {
        "publication": water.pk,
        "name": '"><script>alert(1)</script>',
        "address": '"><script>alert(1)</script>@a.example',
        "link": '"><script>alert(1)</script>',
        "text": "</textarea><script>alert(1)</script>",
        "ticket": read_ticket(GUARD, str(water.pk)),
    }
    reflected = client.post("/comments/send", fields).content.decode()
    answer = client.get(f"/comments/{comment.pk}/answer").content.decode()

    for html in (page(water), reflected, answer):
        reader = Reader(html)
        scripts = [attributes for tag, attributes in reader.found if tag == "script"]
        assert all("src" in one or one.get("type") == "application/ld+json" for one in scripts)
        assert all(str(one.get("src", "/assets/")).startswith("/assets/") for one in scripts)
        names = {name for _tag, attributes in reader.found for name in attributes}
        assert not {name for name in names if name.startswith("on")}
        assert "style" not in names
        assert not [tag for tag, _attributes in reader.found if tag in {"iframe", "object", "base", "style"}]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("safe \u202eelbasrever\u202c text", "safe elbasrever text"),
        ("\u2066iso\u2069 \u061c\u200f\u200emarks", "iso marks"),
        ("zero\u200bwidth\u2060 and \u00adsoft", "zerowidth and soft"),
        ("Persian می\u200cخواهم", "Persian می\u200cخواهم"),
        ("family \U0001f469\u200d\U0001f467", "family \U0001f469\u200d\U0001f467"),
        ("tag \U000e0041\U000e0042 letters", "tag  letters"),
        ("Z" + "\u0351" * 40, "Z" + "\u0351" * 6),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("private \ue000 use \uffff", "private  use"),
        ("tieng Viet\u0323\u0302 nam", "tieng Vi\u1ec7t nam".replace("Vi\u1ec7t", "Viet\u0323\u0302")),
    ],
)
def test_marks_that_deceive_are_taken_out_and_scripts_that_need_theirs_keep_them(
    written: str, kept: str
) -> None:
    import unicodedata

    assert markup.cleaned(written) == unicodedata.normalize("NFC", kept)


@pytest.mark.parametrize(
    "written",
    [
        "casino",
        "CASINO",
        "Саsinо",
        "ca\u200bsino",
        "c\u0301a\u0300sino",
        "c4sin0",
        "ｃａｓｉｎｏ",
        "cаѕіnо",
        "ċasino",
        "c\u0338a\u0336s\u20e0ino",
    ],
)
def test_words_are_found_however_they_are_dressed_up(written: str) -> None:
    assert folding.holds(f"Best {written}, now!", ["casino"]) == ["casino"]


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("赌博", "欢迎来赌博网站"),
        ("赌博", "欢迎来赌 博网站!"),
        ("カジノ", "オンラインカジノへ"),
        ("พนัน", "เว็บพนันออนไลน์"),
        ("قمار", "هذا قـمـار، نعم"),
        ("قمار", "هذا قِمَارٌ، نعم"),
        ("קזינו", "זה קָזִינוֹ כאן"),
    ],
)
def test_words_are_found_in_scripts_without_spaces_and_under_their_marks(phrase: str, written: str) -> None:
    assert folding.holds(written, [folding.folded(phrase)]) == [folding.folded(phrase)]
    assert folding.holds("今日は水です。ماء ถูก", [folding.folded(phrase)]) == []


@pytest.mark.parametrize("innocent", ["occasinoal", "Kasino", "WordPress casinos", "казино"])
def test_words_within_words_are_not(innocent: str) -> None:
    assert folding.holds(innocent, ["casino", "press"]) == []


def test_a_name_cannot_pretend_to_be_more_than_a_name(water: Publication, mo: User) -> None:
    for name in ("jan@reader.example", "\u202e", "\u200b\u200b", ""):
        with pytest.raises(BadComment):
            Said.entered(name=name, address=JAN, link="", text="x")
    said = Said.entered(name="Town\u202e of\n\nElmford " + "x" * 200, address=JAN, link="", text="x")
    assert said.name == ("Town of Elmford " + "x" * 200)[:80]


def test_numbers_that_are_guessed_lead_to_nothing_that_is_not_public(
    client: Client, water: Publication, mo: User
) -> None:
    shown(water, mo, "Public")
    actions.submit(
        water,
        Said.entered(name="Kim", address=KIM, link="", text="Not public"),
        actions.Circumstances(language="en"),
    )
    answers = {
        pk: [client.get(f"/comments/{pk}{rest}").status_code for rest in ("", "/answer")]
        for pk in (*Comment.objects.values_list("pk", flat=True), *range(10**9, 10**9 + 10))
    }

    assert Comment.objects.count() == 2
    assert sum(codes == [302, 200] for codes in answers.values()) == 1
    assert sum(codes == [404, 404] for codes in answers.values()) == 11


def test_two_first_comments_with_addresses_are_rendered_at_once() -> None:
    # mdurl fills what it keeps at the first address, and a second thread would find it half full.
    full = "all(len(kept) == 128 for cache in (encode_cache, decode_cache) for kept in cache.values())"
    program = (
        "import onrecord.conversation.markup; from mdurl._encode import encode_cache; "
        f"from mdurl._decode import decode_cache; print(len(encode_cache), len(decode_cache), {full})"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1", "True"]
