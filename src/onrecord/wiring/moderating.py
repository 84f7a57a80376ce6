# SPDX-License-Identifier: Apache-2.0
"""What follows in moderation, beside what one transaction does: pages."""

from __future__ import annotations

from onrecord.bakery import actions as bakery
from onrecord.journal.models import Entry
from onrecord.moderation import pages as rules
from onrecord.moderation.filing import pages as reports
from onrecord.moderation.platforms import telling
from onrecord.moderation.transparency import pages as transparency
from onrecord.people.models import Organisation


def bake_rules(_entry: Entry) -> None:
    bakery.bake(rules.all_keys())


def bake_rules_that_begin() -> None:
    if Organisation.objects.exists():
        bakery.bake(rules.all_keys())


def tell_platform(entry: Entry) -> None:
    """Tell the platform where the thing that was decided about stands, if it stands elsewhere."""
    decision = entry.data.get("decision_id") or entry.subject.rpartition("/")[2]
    telling.tell(int(decision), entry.event, at=entry.at, entry=entry.pk)


def bake_report(entry: Entry) -> None:
    made = (reports.NAME, (str(entry.data["year"]), str(entry.data["version"])))
    bakery.bake([made, *transparency.all_keys()])


def bake_transparency() -> None:
    """Show the figures of today: what waits, and what is late, change by the clock alone."""
    if Organisation.objects.exists():
        bakery.bake(transparency.all_keys())
