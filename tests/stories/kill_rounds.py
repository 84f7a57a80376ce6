# SPDX-License-Identifier: Apache-2.0
"""What the rounds of `kill.py` do and look at."""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from onrecord.bakery import actions as bakery
from onrecord.federation import pages as counting
from onrecord.journal import reactions
from onrecord.journal.models import Reaction, ReactionState
from onrecord.people.models import Organisation, User
from onrecord.people.roles import Role
from onrecord.record import checks as record_checks
from onrecord.record import register
from onrecord.record.models import Leaf
from onrecord.statements import actions
from onrecord.statements.models import Edition, Publication, Statement
from tests.conftest import person
from tests.statements.drafts import approved, corrected

_MAY_DIFFER = re.compile(r"/log/tile/|\.tlog-proof|\.onrecord\.zip|/proof/index\.html|/\.baking-[0-9a-f]+$")
"""Tiles that a larger one has replaced, what leads to a checkpoint, and what no reader is ever given."""


def prepare() -> None:
    """Make an empty newsroom with a writer and an editor."""
    call_command("migrate", verbosity=0)
    Organisation.objects.create(
        id=Organisation.ONLY,
        name="Town of Elmford",
        address="https://news.elmford.example",
        languages=["en"],
        time_zone="Europe/Brussels",
    )
    person("Olga Writer", Role.PRESS_OFFICER, second_factor=False)
    person("Ines Editor", Role.EDITOR, second_factor=False)
    register.bring_up_to_date()
    bakery.bake_all()


def publish_some() -> None:
    """Release two statements, correct the first, withdraw the second."""
    olga, ines = User.objects.get(email="olga@example.org"), User.objects.get(email="ines@example.org")
    first = actions.release(approved(olga, ines), by=ines)
    second = actions.release(approved(olga, ines, title="The bridge is closed"), by=ines)
    first.refresh_from_db()
    corrected(first, olga, ines, "We tested it on Tuesday.")
    statement = Statement.objects.get(pk=second.statement_id)
    actions.propose_withdrawal(statement, by=olga, reason="The bridge is open.")
    actions.approve(statement, by=ines)
    actions.release(statement, by=ines)


def recover() -> None:
    """Do what a start does: drop the leases of dead processes, then run what is due."""
    reactions.release_leases(of_before=timezone.now())
    while reactions.drain():
        pass
    actions.resume_publishing()


def check() -> None:
    """Look at every edition, every leaf and the newest pages; raise AssertionError for what is not whole."""
    assert not Reaction.objects.exclude(state=ReactionState.DONE).exists(), "something still has to follow"
    editions = list(Edition.objects.select_related("statement__publication").order_by("pk"))
    assert all(edition.published_at for edition in editions), "an edition is stranded"
    indexes = sorted(edition.leaf_index for edition in editions if edition.leaf_index is not None)
    # The first leaf is the register of keys.
    assert indexes == list(range(1, len(editions) + 1)), "leaves and editions do not match one to one"
    assert Leaf.objects.count() == len(editions) + 1, "a leaf without an edition"
    problems = record_checks.problems()
    assert not problems, problems
    site = Path(settings.HOME) / "site"
    for edition in editions[-12:]:
        path = edition.statement.publication.path.lstrip("/")
        assert (site / f"{path}{edition.number}.json").read_bytes() == bytes(edition.content)
        assert (site / f"{path}{edition.number}" / "index.html").is_file()
        assert (site / f"{path}{edition.number}.tlog-proof").is_file()
    for publication in Publication.objects.order_by("-pk")[:5]:
        page = (site / publication.path.lstrip("/") / "index.html").read_text()
        title = publication.edition.data["title"]
        assert title in page
        assert publication.path in (site / "index.html").read_text()
        assert publication.path in (site / "feed.xml").read_text()
    checkpoint = (site / "log" / "checkpoint").read_text().split("\n")
    assert int(checkpoint[1]) == len(editions) + 1, "the checkpoint on the site is not that of the log"
    connection.close()


def check_against_a_fresh_bake() -> None:
    """Bake everything again elsewhere and compare: what accumulated must be what a fresh bake makes.

    Proofs were made when their edition was released and lead to the checkpoint of that moment, those of a
    fresh bake to the newest: instead of being compared they are all audited, bundles included.
    """
    site, kept = Path(settings.HOME) / "site", Path(settings.HOME) / "site.accumulated"
    bakery.bake(counting.keys_by_the_clock())
    shutil.copytree(site, kept)
    audit = [sys.executable, "-m", "onrecord", "audit", "--json", str(kept)]
    audited = json.loads(subprocess.run(audit, check=False, capture_output=True).stdout)
    assert not audited["defects"], audited["defects"]
    bakery.bake_all()
    difference = _differences(filecmp.dircmp(kept, site))
    assert not difference, difference


def _differences(comparison: filecmp.dircmp[str]) -> list[str]:
    """Return what only one of the two has, or has otherwise, save proofs and what a blow left unfinished."""
    found = [f"{comparison.left}/{name}" for name in comparison.left_only + comparison.right_only]
    found += [f"{comparison.left}/{name}" for name in comparison.diff_files]
    for inner in comparison.subdirs.values():
        found.extend(_differences(inner))
    return [path for path in found if not _MAY_DIFFER.search(path)]
