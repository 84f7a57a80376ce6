# SPDX-License-Identifier: Apache-2.0
"""What the Digital Services Act asks of each role, in words for administrators. No legal advice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onrecord.moderation.models import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that a role owes, and where this program does it."""

    articles: str
    what: str


def of(role: str) -> tuple[Duty, ...]:
    """Return what somebody in a role owes; in every role the program does all of it anyway."""
    hosting = (
        Duty(
            _("Articles 11 and 12"), _("Say how authorities and readers reach you: page “About”, contacts.")
        ),
        Duty(_("Article 14"), _("Publish the rules, how they are applied and how to appeal: page “Rules”.")),
        Duty(
            _("Article 15"),
            _("Publish the transparency report once a year. Micro and small enterprises need not."),
        ),
        Duty(_("Article 16"), _("Let anybody report, confirm receipt, and say what was decided.")),
        Duty(_("Article 17"), _("Give reasons for each restriction.")),
        Duty(
            _("Article 18"), _("Tell the police of suspected threats to life or safety. People must do that.")
        ),
    )
    platform = (
        Duty(_("Article 20"), _("Hear complaints for six months, by people.")),
        Duty(_("Article 21"), _("Answer out-of-court bodies: each case has a bundle to download.")),
        Duty(_("Articles 22 and 23"), _("Put trusted flaggers first; warn, then suspend who misuses this.")),
        Duty(
            _("Article 24"),
            _("Add appeals and suspensions to the report; send each statement of reasons to the database."),
        ),
    )
    return {Role.HOSTING.value: hosting, Role.ONLINE_PLATFORM.value: (*hosting, *platform)}.get(role, ())


def recital() -> str:
    """Return why comments beside one's own statements seldom make an online platform."""
    return _(
        "Recital 13 names the comments section of an online newspaper as a minor feature beside the "
        "editorial content, so that a newspaper with comments is a hosting service and no online platform. "
        "Whether that fits you, a lawyer has to say. Micro and small enterprises are exempt from Articles 20 "
        "to 24 (Article 19) and from the report (Article 15(2)). Whatever you choose, this program gives "
        "reasons, hears appeals by somebody else and counts everything."
    )
