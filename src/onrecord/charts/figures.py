# SPDX-License-Identifier: Apache-2.0
"""A chart as a page shows it: title, key, drawing, and the numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Number = Callable[[float], str]


def plain(number: float) -> str:
    """Return a number as it is written without a language."""
    return f"{number:g}"


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each label of the figure."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a chart says. All words come from whoever shows it, in the language of the page."""

    key: str
    """Unique on the page, as `joined`; letters, digits and dashes."""
    title: str
    description: str
    """What the chart shows, in a sentence, for those who do not see it."""
    heading: str
    """What the labels are, as `Week`."""
    labels: Sequence[str]
    series: Sequence[Series]
    as_table: str
    """What opens the table, as `As a table`."""
    number: Number = plain
    """How numbers are written."""

    def around(self, drawing: Markup) -> Markup:
        """Return the drawing with everything that belongs to it."""
        parts = (
            Markup('<figure class="chart"><figcaption class="chart__title">{}</figcaption>').format(
                self.title
            ),
            self._legend(),
            Markup('<div class="chart__wide" role="region" tabindex="0" aria-label="{}">').format(self.title),
            drawing,
            Markup("</div>"),
            Markup('<details class="chart__numbers"><summary>{}</summary>').format(self.as_table),
            Markup('<div class="chart__scroll" role="region" tabindex="0" aria-label="{}">').format(
                self.title
            ),
            self._table(),
            Markup("</div></details></figure>"),
        )
        return Markup("").join(parts)

    def _legend(self) -> Markup:
        if len(self.series) < 2:
            return Markup("")
        items = (
            Markup('<li class="chart__key chart__key--{}">{}</li>').format(index, one.name)
            for index, one in enumerate(self.series)
        )
        return Markup('<ul class="chart__legend">{}</ul>').format(Markup("").join(items))

    def _table(self) -> Markup:
        names = Markup("").join(Markup('<th scope="col">{}</th>').format(one.name) for one in self.series)
        rows = Markup("").join(
            Markup('<tr><th scope="row">{}</th>{}</tr>').format(
                label,
                Markup("").join(
                    Markup("<td>{}</td>").format(self.number(one.values[index])) for one in self.series
                ),
            )
            for index, label in enumerate(self.labels)
        )
        head = Markup('<thead><tr><th scope="col">{}</th>{}</tr></thead>').format(self.heading, names)
        return Markup("<table>{}<tbody>{}</tbody></table>").format(head, rows)
