# SPDX-License-Identifier: Apache-2.0
"""Charts: what is drawn, what a screen reader gets, and that pages decide how they look."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from onrecord.charts import Figure, Series, bars, lines, up_and_down

WEEKS = ("1 Nov", "8 Nov", "15 Nov")
TWO = Figure(
    key="followers",
    title="Followers & more",
    description="Between <1 Nov> and 15 Nov from 5 to 12.",
    heading="Week",
    labels=WEEKS,
    series=(Series("Joined", (5, 0, 7)), Series("Left", (0, 2, 1))),
    as_table="As a table",
)
ONE = replace(TWO, series=TWO.series[:1])
DRAWN: list[tuple[Callable[[Figure], Markup], Figure]] = [(lines, TWO), (up_and_down, TWO), (bars, ONE)]


def _drawing(markup: str) -> ET.Element:
    found = re.search(r"<svg.*</svg>", markup, re.DOTALL)
    assert found is not None
    return ET.fromstring(found[0])  # our own


@pytest.mark.parametrize(("draw", "figure"), DRAWN)
def test_a_chart_has_words_and_its_numbers_for_those_who_do_not_see_it(
    draw: Callable[[Figure], Markup], figure: Figure
) -> None:
    markup = draw(figure)
    svg = _drawing(markup)

    assert svg.get("role") == "img"
    named = [svg.find(f".//*[@id='{key}']") for key in (svg.get("aria-labelledby") or "").split()]
    assert [element.text for element in named if element is not None] == [figure.title, figure.description]
    for label, value in zip(figure.labels, figure.series[0].values, strict=True):
        assert f'<tr><th scope="row">{label}</th><td>{value}</td>' in markup


@pytest.mark.parametrize(("draw", "figure"), DRAWN)
def test_the_page_decides_how_it_looks(draw: Callable[[Figure], Markup], figure: Figure) -> None:
    markup = draw(figure)
    assert "style=" not in markup
    assert "<style" not in markup
    assert "#" not in re.sub(r"&#?\w+;", "", markup), "no colour of its own"
    assert "Monaco" not in markup
    assert "chart__fill--0" in markup


def test_words_cannot_become_markup() -> None:
    evil = replace(ONE, labels=("<script>", '"><b>', "&"), title="<i>", as_table="<u>")
    for markup in (lines(evil), bars(evil)):
        assert not re.search(r"<(script|b|i|u)>", markup)


def test_what_joins_goes_up_and_what_leaves_goes_down() -> None:
    svg = _drawing(up_and_down(TWO))
    joined, left = ([*svg.iter("rect")][index] for index in (0, 4))
    assert float(joined.get("y", 0)) + float(joined.get("height", 0)) == float(left.get("y", 0))


def test_scripts_that_run_from_right_to_left_keep_their_labels_beside_the_axis() -> None:
    arabic = replace(ONE, labels=("مياه", "مدينة", "ترام"), title="المتابعون")
    svg = _drawing(bars(arabic))
    assert svg.get("direction") == "ltr"
    assert {text.text for text in svg.iter("text")} >= set(arabic.labels)


@pytest.mark.parametrize("values", [(0,), (1,), (1_000_000,), (0.4, 0.2)])
def test_few_and_extreme_numbers_can_be_drawn(values: Sequence[float]) -> None:
    figure = replace(
        ONE, labels=[str(number) for number in range(len(values))], series=(Series("n", values),)
    )
    for draw in (lines, bars):
        _drawing(draw(figure))


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1, max_size=80))
def test_any_numbers_stay_within_the_drawing(pairs: list[tuple[int, int]]) -> None:
    up, down = zip(*pairs, strict=True)
    labels = [str(number) for number in range(len(pairs))]
    figure = replace(TWO, labels=labels, series=(Series("Joined", up), Series("Left", down)))
    svg = _drawing(up_and_down(figure))
    assert all(0 <= float(rect.get("height", -1)) <= 260 for rect in svg.iter("rect"))
    assert len(list(svg.iter("text"))) < 40


def test_labels_below_a_line_stand_apart_and_the_line_uses_the_width() -> None:
    days = [f"{day + 1} November 2026" for day in range(20)]
    figure = replace(ONE, labels=days, series=(Series("a", [1.0] * 20),))
    svg = _drawing(lines(figure))
    below = [one for one in svg.iter("text") if "November" in "".join(one.itertext())]
    places = sorted(float(one.get("x", 0)) for one in below)
    assert 2 <= len(places) <= 5
    assert all(after - before > 7 * len(days[-1]) for before, after in pairwise(places))
    assert places[-1] > 500, "the last point stands near the end"
