# SPDX-License-Identifier: Apache-2.0
"""The page “How this newsroom moderates” of each language: everything, and each year; the same as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from onrecord.bakery.headers import media_type_of
from onrecord.bakery.pages import Family, File, Key
from onrecord.moderation.models import Policy, RuleBook, Sample, TransparencyReport
from onrecord.moderation.transparency import counting, data, links, samples, tables
from onrecord.statements.pages import templates
from onrecord.statements.pages.layout import Page, in_every_language
from onrecord.statements.pages.site import Site
from onrecord.statements.pages.statement import page_file
from onrecord.statements.pages.templates import render
from onrecord.statements.pages.words import Words

PAGES, DATA = "moderation.transparency", "moderation.transparency_data"
ALL = "all"
templates.add_folder(Path(__file__).resolve().parent / "site_templates")


def keys() -> Iterator[Key]:
    """Return each language alone, and with each year in which something happened."""
    years = [str(year) for year in counting.years()]
    for language in Site.current().languages:
        yield (language,)
        for year in years:
            yield (language, year)


def data_keys() -> Iterator[Key]:
    """Return everything, and each year."""
    yield (ALL,)
    for year in counting.years():
        yield (str(year),)


def all_keys() -> list[tuple[str, Key]]:
    """Return every page here, to be baked again; each is written only if it changes."""
    return [
        *((PAGES, key) for key in keys()),
        *((DATA, key) for key in data_keys()),
        *samples.all_keys(),
    ]


def render_page(key: Key) -> Iterable[File]:
    """Render the figures of a time in a language."""
    language, *year = key
    site = Site.current()
    if language not in site.languages or not _happened(year):
        return
    period = counting.period(int(year[0]) if year else None)
    behind = f"transparency/{year[0]}/" if year else "transparency/"
    with translation.override(language):
        words = Words(language, site.zone)
        title = (
            _("Moderation in %(year)s") % {"year": words.plain_number(int(year[0]))}
            if year
            else _("How this newsroom moderates")
        )
        page = Page(
            title=title,
            path=f"{site.home(language)}{behind}",
            language=language,
            section="transparency",
            description=_("Reports, decisions and appeals in figures, for everybody to check."),
            others=in_every_language(site, behind),
        )
        context = {
            "site": site,
            "page": page,
            "links": links.links(site, language),
            **_told(period, words),
        }
        yield page_file(page.path, render("transparency.html", context, language))


def render_data(key: Key) -> Iterable[File]:
    """Render the figures for programs."""
    (name,) = key
    if name != ALL and not _happened([name]):
        return
    period = counting.period(None if name == ALL else int(name))
    for ending, body in (("json", data.as_json(period)), ("csv", data.as_csv(period))):
        path = f"/transparency/{name}.{ending}"
        yield File(path, body, media_type_of(path))


def _happened(year: list[str]) -> bool:
    return not year or (year[0].isdigit() and int(year[0]) in counting.years())


def _told(period: counting.Period, words: Words) -> dict[str, Any]:
    policy = Policy.current()
    return {
        "period": period,
        "paces": tables.paces(period, words),
        "tables": tables.tables(period, words),
        "charts": tables.charts(period, words),
        "standing": counting.standing() if period.year is None else None,
        "years": counting.years(),
        "data": f"/transparency/{period.year or ALL}",
        "policy": policy,
        "times": {
            "decision": tables.duration(policy.decision_hours, words),
            "urgent": tables.duration(policy.urgent_hours, words),
            "appeal": tables.duration(policy.appeal_hours, words),
        },
        "reports": _reports(period.year),
        "samples": _samples() if period.year is None else [],
        "rules": RuleBook.objects.filter(code="").exists(),
    }


def _reports(year: int | None) -> list[tuple[TransparencyReport, str]]:
    rows = TransparencyReport.objects.filter(year=year) if year else TransparencyReport.objects.all()
    return [(row, f"{row.path}transparency-report-{row.year}-{row.version}.zip") for row in rows]


def _samples() -> list[tuple[Sample, str]]:
    rows = Sample.objects.exclude(drawn_at=None).order_by("-number")[:12]
    return [(row, samples.path_of(row.number)) for row in rows]


FAMILIES = (Family(PAGES, keys, render_page), Family(DATA, data_keys, render_data), *samples.FAMILIES)
