# SPDX-License-Identifier: Apache-2.0
"""Facts of the database into what `formats` writes. No text of a person goes in: facts and rules alone.

So an export can be made again after an erasure, and holds no personal data by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from django.db.models import Q

from onrecord.moderation import manners
from onrecord.moderation.filing.errors import NotReady
from onrecord.moderation.formats import taxonomy
from onrecord.moderation.formats.statements_of_reasons import EVERYWHERE, StatementOfReasons, validator
from onrecord.moderation.formats.transparency_report import facts
from onrecord.moderation.formats.transparency_report.counting import FALLBACK
from onrecord.moderation.formats.transparency_report.templates import ILLEGAL
from onrecord.moderation.models import (
    AppealFact,
    DecisionFact,
    ExternalFact,
    OrderFact,
    Policy,
    ReportFact,
    Role,
    Rule,
    Source,
    SuspensionFact,
    Verdict,
)
from onrecord.moderation.models.filings import ReportTexts, TransparencyReport
from onrecord.moderation.models.standing import Conduct
from onrecord.moderation.pages import path_of
from onrecord.moderation.transparency.counting import examined_content
from onrecord.statements.pages.site import Site

POSSIBLE = frozenset(
    {
        facts.Restriction.DISABLE,
        facts.Restriction.LABELLED,
        facts.Restriction.VISIBILITY_OTHER,
        facts.Restriction.SERVICE_SUSPENSION,
        facts.Restriction.SERVICE_TERMINATION,
    }
)
"""What a newsroom can do at all: it deletes nothing, demotes nothing, checks no age, pays nobody."""
LIMITED = "What the author writes is looked at before it is shown."
_EFFECTS = {
    "seal": facts.Restriction.DISABLE,
    "hold": facts.Restriction.DISABLE,
    "label": facts.Restriction.LABELLED,
    "limit": facts.Restriction.VISIBILITY_OTHER,
    "suspend": facts.Restriction.SERVICE_SUSPENSION,
    "terminate": facts.Restriction.SERVICE_TERMINATION,
}
"""A warning restricts nothing, so it is no measure."""
_VISIBLE = {
    "seal": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "hold": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "label": "DECISION_VISIBILITY_CONTENT_LABELLED",
    "limit": "DECISION_VISIBILITY_OTHER",
}
_CAUSES = {
    Source.READER: facts.Cause.NOTICE,
    Source.TRUSTED: facts.Cause.NOTICE,
    Source.ORDER: facts.Cause.ORDER,
}
_SOURCES = {
    Source.READER: ("SOURCE_ARTICLE_16", "A reader reported it."),
    Source.TRUSTED: ("SOURCE_TRUSTED_FLAGGER", "A trusted flagger reported it."),
    Source.ORDER: ("SOURCE_TYPE_OTHER_NOTIFICATION", "An authority ordered it."),
    Source.PROGRAM: ("SOURCE_VOLUNTARY", "A program of the provider noticed it."),
}
_VOLUNTARY = ("SOURCE_VOLUNTARY", "The provider noticed it.")
_CONDUCTS = {Conduct.REPORTS: facts.Misuse.NOTICES, Conduct.APPEALS: facts.Misuse.COMPLAINTS}


def texts_for(year: int) -> ReportTexts:
    """Return the words of a year; those of the last year that has any, unsaved, as a beginning."""
    found = ReportTexts.objects.filter(year__lte=year).order_by("-year").first()
    if found is None:
        return ReportTexts(year=year)
    if found.year != year:
        found.pk, found.year = None, year
    return found


def report_facts(year: int, *, published: date) -> facts.Facts:
    """Return everything that the report of a year is counted from. Raises NotReady without its texts."""
    texts = ReportTexts.objects.filter(year=year).first()
    if texts is None:
        raise NotReady(
            f"The report about {year} has no texts yet. Write them at the desk: Moderation, Filing, {year}."
        )
    site, days = Site.current(), (date(year, 1, 1), date(year, 12, 31))
    previous = TransparencyReport.objects.filter(year__lt=year).order_by("-year", "-version").first()
    platform = Policy.current().dsa_role == Role.ONLINE_PLATFORM
    return facts.Facts(
        provider=site.name,
        service=f"{site.name} ({urlsplit(site.address).hostname})",
        role=facts.Role.ONLINE_PLATFORM if platform else facts.Role.HOSTING,
        first_day=days[0],
        last_day=days[1],
        published=published,
        previous=previous.published_on if previous else None,
        texts=_texts(texts, days),
        possible=POSSIBLE,
        notices=[
            _notice(row) for row in ReportFact.objects.filter(manners.content(), day__range=days).iterator()
        ],
        measures=[_measure(row) for row in _restrictions(days)],
        complaints=[
            _complaint(row)
            for row in AppealFact.objects.filter(manners.content(), day__range=days).iterator()
        ],
        disputes=[_dispute(row) for row in ExternalFact.objects.filter(day__range=days).iterator()],
        orders=[_order(row) for row in OrderFact.objects.filter(day__range=days).iterator()],
        suspensions=list(_suspensions(days)),
        accuracies=list(_accuracies(days)),
    )


def statements_of_reasons(since: date, until: date) -> Iterator[StatementOfReasons]:
    """Return the statements of a time, oldest first. Spam has none (Art. 17(2)), nor has a warning."""
    site = Site.current()
    titles = _Titles(site)
    # Those of an appeal too: whoever is restricted only then has a statement of reasons like anybody else.
    rows = DecisionFact.objects.filter(manners.content(), day__range=(since, until), spam=False)
    for row in rows.exclude(verdict=Verdict.NO_ACTION).order_by("day", "pk").iterator():
        if _effects(row):
            yield _statement(row, titles)


def _restrictions(days: tuple[date, date]) -> Iterator[DecisionFact]:
    rows = DecisionFact.objects.filter(
        manners.content(), day__range=days, verdict=Verdict.RESTRICT, on_appeal=False
    )
    return rows.order_by("day", "pk").iterator()


def _effects(row: DecisionFact) -> list[str]:
    return [name for name in _EFFECTS if getattr(row, name)]


def _texts(row: ReportTexts, days: tuple[date, date]) -> facts.Texts:
    return facts.Texts(
        summary=row.summary,
        meaning=row.meaning,
        automated_means=row.automated_means,
        accuracy=f"{row.accuracy}{measured(days)}",
        purposes=row.purposes,
        safeguards=row.safeguards,
    )


def _notice(row: ReportFact) -> facts.Notice:
    return facts.Notice(
        category=row.category,
        keyword=row.keyword,
        trusted=row.source == Source.TRUSTED,
        items=row.items,
        action=facts.Ground(row.action),
        hours=row.hours,
        automated=row.automated,
    )


def _measure(row: DecisionFact) -> facts.Measure:
    return facts.Measure(
        cause=_CAUSES.get(Source(row.source), facts.Cause.OWN),
        ground=facts.Ground(row.ground),
        category=row.category,
        keyword=row.keyword,
        description=f"Rule {row.rule_number}" if row.rule_number else "",
        restrictions=frozenset(_EFFECTS[name] for name in _effects(row)),
        automated_detection=row.automated_detection,
        automated_decision=row.automated_decision,
    )


def _complaint(row: AppealFact) -> facts.Complaint:
    outcome = "omitted" if row.outcome == "inadmissible" else row.outcome
    return facts.Complaint(
        basis=facts.Basis(row.basis),
        outcome=facts.Outcome(outcome),
        hours=row.hours,
        trusted=row.trusted,
        new_restriction=row.new_restriction,
    )


def _dispute(row: ExternalFact) -> facts.Dispute:
    return facts.Dispute(
        outcome=facts.Outcome(row.outcome), hours=row.hours, implemented=bool(row.implemented)
    )


def _order(row: OrderFact) -> facts.Order:
    return facts.Order(
        member_state=row.member_state,
        category=row.category,
        keyword=row.keyword,
        information=row.information,
        items=row.items,
        hours_to_receipt=row.hours_to_receipt,
        hours_to_effect=row.hours_to_effect,
    )


def _suspensions(days: tuple[date, date]) -> Iterator[facts.Misuse]:
    """For content only what was illegal counts here (Art. 23(1)); breaking a rule is in sheets 5 and 6."""
    for row in _restrictions(days):
        if row.suspend and row.ground == "law":
            yield facts.Misuse.CONTENT
    found = SuspensionFact.objects.filter(day__range=days, conduct__in=_CONDUCTS)
    for conduct in found.order_by("pk").values_list("conduct", flat=True):
        yield _CONDUCTS[Conduct(conduct)]


def _accuracies(days: tuple[date, date]) -> Iterator[facts.Accuracy]:
    """Return how well each program that decides alone did, as people found who judged its decisions again.

    What breaks a rule or the law is the positive: precision is the share of restrictions that were right,
    recall the share of what breaks something that was restricted. Where there is nothing to share, no row.
    """
    rows = examined_content().filter(day__range=days, automated_decision=True).exclude(outcome="")
    for system in sorted(set(rows.values_list("system", flat=True))):
        found = rows.filter(system=system)
        wrong = Q(outcome="wrong")
        hits = found.filter(~wrong, restricted=True).count()
        restricted, missed = (
            found.filter(restricted=True).count(),
            found.filter(wrong, restricted=False).count(),
        )
        if restricted and hits + missed:
            yield facts.Accuracy(
                system=system,
                accuracy=found.filter(~wrong).count() / found.count(),
                precision=hits / restricted,
                recall=hits / (hits + missed),
            )


def measured(days: tuple[date, date]) -> str:
    """Return a sentence about what was found when decisions were judged again; empty if none was."""
    rows = examined_content().filter(day__range=days).exclude(outcome="")
    examined, wrong = rows.count(), rows.filter(outcome="wrong").count()
    if not examined:
        return ""
    noticed = rows.filter(automated_decision=False).exclude(system="")
    return (
        f"\nOf {examined} decisions drawn at random and judged again by somebody else, who did not know the"
        f" decision, {wrong} were wrong. Of {noticed.count()} among them that a program had pointed at and a"
        f" person decided, {noticed.filter(outcome='wrong').count()} were wrong."
    )


class _Titles:
    """Rules as statements name them: title, text, address; each is read once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: dict[tuple[int | None, str], tuple[str, str, str]] = {}

    def of(self, version: int | None, number: str) -> tuple[str, str, str]:
        if (version, number) not in self._known:
            self._known[version, number] = self._read(version, number)
        return self._known[version, number]

    def _read(self, version: int | None, number: str) -> tuple[str, str, str]:
        found = (
            Rule.objects.filter(book__code="", book__version=version or 0, number=number)
            .select_related("book")
            .first()
        )
        if found is None:
            return f"Rule {number} of version {version}", "See the published rules.", ""
        text = found.text_in("en")
        address = f"{self._site.url(self._site.home(self._site.default_language) + path_of(found.book))}"
        name = f"Rule {number} of version {version}: {text.title}"
        return name[:500], (text.text.strip() or text.title)[:2000], f"{address}#{found.anchor}"


def _statement(row: DecisionFact, titles: _Titles) -> StatementOfReasons:
    effects, category = _effects(row), _category(row)
    source, came = _SOURCES.get(Source(row.source), _VOLUNTARY)
    visibility = tuple(dict.fromkeys(_VISIBLE[name] for name in effects if name in _VISIBLE))
    rule = titles.of(row.rule_version, row.rule_number) if row.ground != "law" else ("", "", "")
    keyword = row.keyword if row.keyword != taxonomy.OTHER else ""
    named = keyword and taxonomy.filed_under(category, keyword)
    scope = tuple(state for state in row.scope if state in EVERYWHERE)
    end = row.until if row.until and row.until >= row.day else None
    language = row.language.partition("-")[0].upper()
    return StatementOfReasons(
        puid=row.number,
        decision_visibility=visibility,
        decision_visibility_other=LIMITED if "limit" in effects else "",
        end_date_visibility_restriction=end if visibility else None,
        decision_provision=_provision(row),
        end_date_service_restriction=end if row.suspend and not row.terminate else None,
        decision_ground=f"DECISION_GROUND_{'ILLEGAL' if row.ground == 'law' else 'INCOMPATIBLE'}_CONTENT",
        decision_ground_reference_url=rule[2],
        illegal_content_legal_ground=row.legal_ground if row.ground == "law" else "",
        illegal_content_explanation=_BY_LAW.format(number=row.number) if row.ground == "law" else "",
        incompatible_content_ground=rule[0],
        incompatible_content_explanation=rule[1],
        category=category,
        category_specification=(keyword,) if named else (),
        content_type=(row.content_type,),
        content_type_other=row.item_kind if row.content_type == "CONTENT_TYPE_OTHER" else "",
        content_language=language if language in _languages() else "",
        content_date=max(row.content_day, date(2000, 1, 1)),
        territorial_scope=scope or EVERYWHERE,
        application_date=row.day,
        decision_facts=_told(row, came),
        source_type=source,
        automated_detection="Yes" if row.automated_detection else "No",
        automated_decision=f"AUTOMATED_DECISION_{'FULLY' if row.automated_decision else 'NOT_AUTOMATED'}",
    )


def _provision(row: DecisionFact) -> str:
    """Return what becomes of the service for somebody: they may write no more, and read on."""
    if row.terminate:
        return "DECISION_PROVISION_PARTIAL_TERMINATION"
    return "DECISION_PROVISION_PARTIAL_SUSPENSION" if row.suspend else ""


_BY_LAW = (
    "What this provision forbids is not shown. The person concerned has the facts and the reasons in full in"
    " the notice about case {number}, with the ways to appeal."
)


def _category(row: DecisionFact) -> str:
    if row.ground == "law":
        legal = {category.code for category in taxonomy.ILLEGAL}
        return row.category if row.category in legal else FALLBACK[ILLEGAL]
    known = {category.code for category in taxonomy.ILLEGAL}
    return row.category if row.category in known else taxonomy.OTHER_RULE


def _languages() -> frozenset[str]:
    return frozenset(validator().schema["properties"]["content_language"]["enum"])


def _told(row: DecisionFact, came: str) -> str:
    """Return the facts in words that are made of facts alone."""
    decided = "A program decided." if row.automated_decision else "A person decided."
    if row.terminate:
        decided = "Two people decided, one after the other."
    ends = f" It ends on {row.until}." if row.until else ""
    effects = ", ".join(_effects(row))
    return (
        f"A {row.item_kind} of {row.content_day}. {came} {decided} From {row.day}: {effects}.{ends}"
        " The content is kept and can be restored while an appeal is possible."
    )
