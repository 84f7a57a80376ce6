# SPDX-License-Identifier: Apache-2.0
"""The body of a statement as the text part of a mail."""

from __future__ import annotations

import pytest

from onrecord.statements import reading


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<p>So:</p><figure><blockquote>Drink it.</blockquote><figcaption>Hanna</figcaption></figure>",
            "So:\n\n> Drink it.\n\nHanna",
        ),
        (
            "<blockquote><p>One</p><p>Two<br>three</p></blockquote><p>Ours</p>",
            "> One\n>\n> Two\n> three\n\nOurs",
        ),
        ("<p>Ours</p><blockquote></blockquote><p>ours</p>", "Ours\n\n>\n\nours"),
        (
            (
                "<table><tr><th>District</th><th>Lead</th></tr><tr><td>Old Town</td><td>0.4</td></tr></table>"
                "<figure><p>[The river]</p></figure>"
            ),
            "District | Lead\nOld Town | 0.4\n\n[The river]",
        ),
    ],
    ids=["quotation", "paragraphs quoted", "nothing quoted", "table"],
)
def test_whose_words_are_whose_and_where_a_table_ends_is_seen(html: str, text: str) -> None:
    assert reading.text(html) == text
