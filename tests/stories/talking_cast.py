# SPDX-License-Identifier: Apache-2.0
"""Fills an empty newsroom for stories about comments: `python -m tests.stories.talking_cast SITE`.

Run with the newsroom's own variables, before its program starts. Prints, as JSON, the session of everybody
who works there and the paths of the statements, by name.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from tests.stories.staffed import quick_passwords, session_of

RELEASED = {
    "water": {},
    "arabic": {"language": "ar", "title": "مياه الشرب في إلمفورد آمنة", "summary": "فحصت البلدية المياه."},
    "scripts": {"title": "The town speaks many languages", "summary": "Everybody is invited to answer."},
    "hostile": {"title": "The library opens on Sundays", "summary": "From January, ten to six."},
}


@dataclass(frozen=True)
class Cast:
    """Sessions by first name, paths of statements by name."""

    sessions: dict[str, str]
    paths: dict[str, str]


def main(site: str) -> None:
    """Fill the newsroom of the environment and print what the story needs to know."""
    from onrecord.config import django_setup

    django_setup.load()
    json.dump(asdict(_filled(site)), sys.stdout)


def _filled(site: str) -> Cast:
    from django.core.management import call_command

    from onrecord.bakery.actions import bake_all
    from onrecord.people.models import Organisation
    from onrecord.people.roles import Role
    from onrecord.record import register
    from tests.conftest import person
    from tests.moderation.judging import rules
    from tests.press.applying import criteria
    from tests.statements import drafts

    quick_passwords()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    Organisation.objects.create(
        id=Organisation.ONLY,
        name="Town of Elmford",
        address=site,
        languages=["en", "ar"],
        time_zone="Europe/Brussels",
        about="Elmford is a town of 40,000 people on the river Elm.",
    )
    register.bring_up_to_date()
    olga, ines = person("Olga Writer", Role.PRESS_OFFICER), person("Ines Editor", Role.EDITOR)
    rules(ines)
    criteria(ines)
    paths = {
        name: str(drafts.released(olga, ines, **fields).statement.publication.path)
        for name, fields in RELEASED.items()
    }
    staff = {
        "olga": olga,
        "mo": person("Mo Moderator", Role.MODERATOR),
        "bea": person("Bea Both", Role.MODERATOR, Role.APPEAL_REVIEWER),
        "rosa": person("Rosa Reviewer", Role.APPEAL_REVIEWER),
    }
    bake_all()
    return Cast({name: session_of(user) for name, user in staff.items()}, paths)


if __name__ == "__main__":
    main(sys.argv[1])
