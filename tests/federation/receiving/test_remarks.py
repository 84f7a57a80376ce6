# SPDX-License-Identifier: Apache-2.0
"""Foreign HTML becomes a comment like any other: readable, and nothing in it that a comment may not hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.conversation import markup
from onrecord.conversation.errors import BadComment
from onrecord.federation.receiving import remarks
from tests.trees import FORMATTING, measured, never_closed

OWN = "https://news.example/"
TAG = re.compile(r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>")
ALLOWED = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre", "a", "s"}


def shown(html: str) -> str:
    """Return foreign HTML as readers get it."""
    text = remarks.markdown(html, is_own=lambda address: address.startswith(OWN))
    try:
        return markup.rendered(markup.cleaned(text)).replace(' dir="auto"', "")
    except BadComment:
        return ""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><p>Two</p>", "<p>One</p>\n<p>Two</p>"),
        ("one<br>two", "<p>one<br>\ntwo</p>"),
        ("<b>Bold</b> and <i>slanted</i>", "<p><strong>Bold</strong> and <em>slanted</em></p>"),
        ("<p>1 * 2 * 3 _x_ `y` # z</p>", "<p>1 * 2 * 3 _x_ `y` # z</p>"),
        (
            "<p># No heading</p><p>- no list</p><p>1. nor this</p>",
            "<p># No heading</p>\n<p>- no list</p>\n<p>1. nor this</p>",
        ),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<script>alert(1)</script>Hello", "<p>Hello</p>"),
        ('<img src="https://x.example/a.png" alt="A">Hello', "<p>Hello</p>"),
        ('<p onclick="x()" style="color:red" class="h-card">Hello</p>', "<p>Hello</p>"),
        ('<a href="javascript:alert(1)">Hello</a>', "<p>Hello</p>"),
        (
            '<a href="https://a.example/(x)">Hello</a>',
            '<p><a href="https://a.example/(x)" rel="nofollow ugc noopener">Hello</a></p>',
        ),
        (
            '<a href="https://a.example/path"><span class="invisible">https://</span>a.example/path</a>',
            '<p><a href="https://a.example/path" rel="nofollow ugc noopener">https://a.example/path</a></p>',
        ),
        (
            "<blockquote><p>Said</p></blockquote><p>No</p>",
            "<blockquote>\n<p>Said</p>\n</blockquote>\n<p>No</p>",
        ),
        ("<ul><li>a</li><li>b</li></ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<pre><code>a *b*\n  c</code></pre>", "<pre><code>a *b*\n  c\n</code></pre>"),
        (
            f'<p><span class="h-card"><a href="{OWN}@press">@<span>press</span></a></span> Thank you</p>',
            "<p>Thank you</p>",
        ),
        (
            f'<p>Thank you <a href="{OWN}@press">@press</a></p>',
            f'<p>Thank you <a href="{OWN}@press" rel="nofollow ugc noopener">@press</a></p>',
        ),
    ],
)
def test_foreign_html_is_written_down_as_a_comment(html: str, expected: str) -> None:
    assert shown(html) == expected


def test_a_link_says_where_it_leads_when_its_words_are_an_address() -> None:
    html = shown('<a href="https://evil.example/bank.example">bank.example</a>')
    assert ">https://evil.example/bank.example<" in html


def test_title_and_warning_stand_before_what_is_said() -> None:
    document = {
        "type": "Note",
        "summary": "Water <b>levels</b>",
        "content": "<p>High.</p>",
        "contentMap": {"en": "<p>High.</p>"},
    }
    assert remarks.remark(document, is_own=lambda _address: False) == remarks.Remark(
        "**Water levels**\n\nHigh.", "en"
    )


fragments = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<a href='https://a.example/'>",
            "</a>",
            "<pre>",
            "</pre>",
            "<code>",
            "</code>",
            "<ul>",
            "<li>",
            "</ul>",
            "<blockquote>",
            "</blockquote>",
            "<br>",
            "<script>",
            "</script>",
            "<svg onload=x>",
            "<img src=x onerror=y>",
            "[x](javascript:y)",
            "`",
            "```",
            "*",
            "<",
            ">",
            "&lt;",
            "&#60;",
            "\n",
            "\x00",
            "\x02",
            "> ",
            "text",
            "<iframe src=z>",
            "<style>",
            "<!--",
            "-->",
            "<![CDATA[",
            "<a href='javascript:x'>",
            "\\",
        ]
    ),
    max_size=30,
).map("".join)


@given(fragments | st.text(max_size=200))
def test_nothing_that_a_comment_may_not_hold_gets_through(html: str) -> None:
    for name, attributes in TAG.findall(shown(html)):
        assert name in ALLOWED
        assert not re.search(r"(?i)\bon\w+=|javascript:|style=|src=", re.sub(r'"[^"]*"', '""', attributes))
        assert "javascript:" not in attributes


@pytest.mark.parametrize("marks", [True, False])
def test_a_small_text_whose_bold_is_never_closed_is_no_huge_tree(marks: bool) -> None:
    with measured() as sizes:
        html = never_closed(300)
        read = remarks.markdown(html, is_own=bool) if marks else remarks.plain(html, 100)
    assert "word" in read
    assert 300 < max(sizes) < 300 * 3 * (len(FORMATTING) + 1), "of each name three at most are opened again"


def test_of_a_text_with_very_many_elements_the_beginning_is_read() -> None:
    with measured() as sizes:
        assert remarks.markdown("<p>word" * 12_000, is_own=bool).startswith("word\n\nword")
    assert max(sizes) == remarks.MOST_ELEMENTS
