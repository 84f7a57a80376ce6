# SPDX-License-Identifier: Apache-2.0
"""Three kinds of charts, drawn by leather and dressed for the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import leather
from leather import theme
from markupsafe import Markup

from onrecord.charts.figures import Figure

WIDTH, HEIGHT = 640, 260
BAR_HEIGHT = 30
MOST_LABELS = 6
"""Labels below a chart; more of them would run into each other."""
LONGEST_LABEL = 26
LETTER, GAP, DRAWN = 7.4, 18, 530
"""How wide a letter of a label is, what stands between two, and how much of the width is drawn on."""
ROOM = 1.09
"""So much further than its last point a line has room, for the label below that."""
ABOVE, ABOVE_BARS, BELOW = 38, 20, 16
"""What leather leaves empty around the drawing, for its own key and margins."""
_SERIES = "series-"
"""Stands where leather wants a colour; becomes a class."""


class _Steps(leather.Linear):  # type: ignore[misc]  # leather publishes no types
    """A scale that uses the whole width: leather's own goes on to the next round number."""

    def project(self, value: float, range_min: float, range_max: float) -> float:
        """Return where a value stands."""
        share = float(value) / float(self._data_max)
        return range_min + (range_max - range_min) * share


def lines(figure: Figure) -> Markup:
    """Draw how numbers went: a line for each series, from zero."""
    count = len(figure.labels)
    top = max((value for one in figure.series for value in one.values), default=0)
    chart = _chart(figure, 0, top)
    for index, one in enumerate(figure.series):
        points = list(enumerate(one.values))
        chart.add_line(points, name=one.name, stroke_color=f"{_SERIES}{index}", width=3)
        chart.add_dots(points[-1:], name=one.name, fill_color=f"{_SERIES}{index}", radius=4)
    chart.set_x_scale(_Steps(0, max(count - 1, 1) * ROOM))
    shown = _some(list(range(count)), figure.labels)
    chart.add_x_axis(shown, lambda value, _i, _n: _short(figure.labels[int(value)]))
    return figure.around(_dressed(chart, figure, HEIGHT))


def up_and_down(figure: Figure) -> Markup:
    """Draw two series against each other: the first one up, the second one down from the same line."""
    up, down = figure.series
    keys = [f"{index:05}" for index in range(len(figure.labels))]
    chart = _chart(figure, -max(down.values, default=0), max(up.values, default=0))
    chart.add_columns(list(zip(keys, up.values, strict=True)), name=up.name, fill_color=f"{_SERIES}0")
    below = [-value for value in down.values]
    chart.add_columns(list(zip(keys, below, strict=True)), name=down.name, fill_color=f"{_SERIES}1")
    chart.add_x_axis(_some(keys, figure.labels), lambda key, _i, _n: _short(figure.labels[int(key)]))
    return figure.around(_dressed(chart, figure, HEIGHT))


def bars(figure: Figure) -> Markup:
    """Draw one series as bars below each other, each as long as its number."""
    (only,) = figure.series
    keys = [f"{index:05}" for index in range(len(figure.labels))]
    chart = leather.Chart()
    chart.add_bars(list(zip(only.values, keys, strict=True)), name=only.name, fill_color=f"{_SERIES}0")
    ticks = _ticks(0, max(only.values, default=0))
    chart.add_x_scale(0, ticks[-1])
    chart.add_x_axis(ticks, lambda value, _i, _n: figure.number(value))
    chart.add_y_axis(None, lambda key, _i, _n: _short(figure.labels[int(key)]))
    return figure.around(_dressed(chart, figure, 90 + BAR_HEIGHT * len(keys), above=ABOVE_BARS))


def _chart(figure: Figure, bottom: float, top: float) -> leather.Chart:
    chart = leather.Chart()
    ticks = _ticks(bottom, top)
    chart.add_y_scale(ticks[0], ticks[-1])
    chart.add_y_axis(ticks, lambda value, _i, _n: figure.number(abs(value)))
    return chart


def _ticks(bottom: float, top: float) -> list[float]:
    """Return about five round numbers around what is shown; whole ones, zero among them."""
    span = max(top - bottom, 1)
    power = 10 ** math.floor(math.log10(span / 4)) if span > 4 else 1
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power * 5 >= span)
    first, last = math.floor(bottom / step), max(math.ceil(top / step), math.floor(bottom / step) + 1)
    return [number * step for number in range(first, last + 1)]


def _some(keys: Sequence[object], labels: Sequence[str]) -> list[object]:
    """Return evenly spread keys, the last one among them, so few that their labels stand apart."""
    widest = max((len(_short(label)) for label in labels), default=0) * LETTER + GAP
    most = max(min(MOST_LABELS, int(DRAWN / widest)), 2)
    step = max(math.ceil(len(keys) / most), 1)
    return list(reversed(list(keys)[::-1][::step]))


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _dressed(chart: leather.Chart, figure: Figure, height: int, *, above: int = ABOVE) -> Markup:
    """Return what leather draws without its colours and fonts, and with words for those who do not see it."""
    ids = (f"chart-{figure.key}-title", f"chart-{figure.key}-description")
    root = ET.Element(
        "svg",
        {
            "class": "chart__drawing",
            "viewBox": f"0 {above} {WIDTH} {height - above - BELOW}",
            "role": "img",
            "aria-labelledby": " ".join(ids),
            "direction": "ltr",  # time and numbers run this way; letters find their own
        },
    )
    for tag, key, words in (("title", ids[0], figure.title), ("desc", ids[1], figure.description)):
        element = ET.SubElement(root, tag, {"id": key})
        element.text = words
    group = chart.to_svg_group(WIDTH, height)
    background, margins = list(group)
    group.remove(background)
    for legend in list(margins[0]):
        margins[0].remove(legend)  # the page has a key of its own, in its own letters
    for element in group.iter():
        _dress(element)
    root.append(group)
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  # ElementTree has escaped every word


def _dress(element: ET.Element) -> None:
    if element.tag == "text":
        for name in ("fill", "font-family", "font-size"):
            element.attrib.pop(name, None)
        element.set("class", "chart__label")
        return
    if element.tag == "line":
        stroke = element.attrib.pop("stroke", "")
        element.set("class", "chart__zero" if stroke == theme.zero_color else "chart__grid")
        return
    for name in ("fill", "stroke"):
        colour = element.get(name, "")
        if colour.startswith(_SERIES):
            del element.attrib[name]
            element.set("class", f"chart__{name} chart__{name}--{colour.removeprefix(_SERIES)}")
