# SPDX-License-Identifier: Apache-2.0
"""Figures that people compare, drawn as charts: numbers in, a piece of a page out. No Django, no database.

leather places axes, ticks and shapes; what it draws loses colours and fonts and gets classes, so that the
page decides how it looks, in light and dark. Each chart has a title and a description for screen readers, and
its numbers as a table behind it. It needs no script and no style of its own, so it stands under any policy.
"""

from onrecord.charts.drawing import bars, lines, up_and_down
from onrecord.charts.figures import Figure, Series

__all__ = ["Figure", "Series", "bars", "lines", "up_and_down"]
