# SPDX-License-Identifier: Apache-2.0
"""From the publish call to statement, front page, feed and sitemap all showing it, signed and logged.

    ./run bench publish [--sizes 1000 10000 100000] [--beside-ghost]

Prints the median over some releases at each size, the files touched, and the ratio between the ends: a
release must cost the same however large the archive is. With `--beside-ghost` a Ghost with as many posts as
the smallest size publishes the same text afterwards, over HTTP, and page, front page and feed are read over
HTTP until they show it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench import ghost
from onrecord.config import django_setup

if TYPE_CHECKING:
    from onrecord.people.models import User

RELEASES = 15
WARMING = 2
"""Releases at first that are not counted."""


def main() -> None:
    """Measure at each size, in one growing archive."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    ghost.add_options(arguments)
    options = arguments.parse_args()
    sizes, installed = sorted(options.sizes), ghost.wanted(options)
    django_setup.load()
    from bench import archive

    olga, ines = archive.prepare()
    medians, processor = [], []
    for size in sizes:
        archive.grow(size)
        median, used, files, twins = measure(olga, ines)
        medians.append(median)
        processor.append(used)
        print(
            f"{size:>9,} statements: {median * 1000:6.1f} ms from call to readable, "
            f"{files} files touched, {twins} with their br and gz twins",
            flush=True,
        )
    print(f"ratio {medians[-1] / medians[0]:.2f} between {sizes[-1]:,} and {sizes[0]:,} (aim ≤ 1.5)")
    if installed:
        compare(installed, sizes[0], medians[0], processor[0])


def measure(olga: User, ines: User) -> tuple[float, float, int, int]:
    """Release some statements; return (median seconds, mean of processor, files, files with twins)."""
    from django.conf import settings

    from onrecord.statements import actions
    from tests.statements.drafts import approved

    site = Path(settings.HOME) / "site"
    times, processor, files, twins = [], [], 0, 0
    for number in range(RELEASES):
        statement = approved(olga, ines, title=f"Measured {time.time_ns()}", dated=_today())
        before = time.time()
        start, worked = time.perf_counter(), time.process_time()
        edition = actions.release(statement, by=ines)
        took, used = time.perf_counter() - start, time.process_time() - worked
        path = f"/s/{_today().year}/{statement.title.lower().replace(' ', '-')}/"
        for name in ("index.html", "feed.xml", f"{path}index.html"):
            assert path in (site / name.lstrip("/")).read_text(), f"{name} does not show {path}"
        assert any(path in file.read_text() for file in (site / "sitemaps").glob("*.xml")), "not in a sitemap"
        edition.refresh_from_db()
        assert edition.leaf_index is not None
        if number >= WARMING:
            times.append(took)
            processor.append(used)
            touched = [f for f in site.rglob("*") if f.is_file() and f.stat().st_mtime >= before - 0.01]
            twins = len(touched)
            files = len([f for f in touched if f.suffix not in {".br", ".gz"}])
    return statistics.median(times), statistics.mean(processor), files, twins


def compare(installed: ghost.Installed, posts: int, ours: float, used: float) -> None:
    """Publish with Ghost and print how much of its time this program takes."""
    from tests.statements.drafts import WORDS

    with ghost.filled(installed, posts) as peer:
        times = peer.publish(RELEASES, WORDS)[WARMING:]
    answered, page, front, feed = (
        statistics.median(getattr(shown, name) for shown in times)
        for name in ("answered", "page", "front", "feed")
    )
    theirs = statistics.mean(shown.processor for shown in times)
    print(
        f"Ghost, {posts:,} posts: {page * 1000:.1f} ms from call to page ({answered * 1000:.1f} ms to its "
        f"answer), {front * 1000:.1f} ms to the front page too, {feed * 1000:.1f} ms to the feed too\n"
        f"ours / Ghost: {ours / page:.2f} to its page alone, {ours / feed:.2f} to page, front page and feed; "
        f"of processor {used * 1000:.0f} ms / {theirs * 1000:.0f} ms: {used / theirs:.2f}"
    )


def _today() -> date:
    return datetime.now().astimezone().date()


if __name__ == "__main__":
    main()
