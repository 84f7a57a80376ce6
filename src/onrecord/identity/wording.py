# SPDX-License-Identifier: Apache-2.0
"""What was found about a known domain, in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onrecord.identity.links import Outcome, Way
from onrecord.identity.models import Finding

_SENTENCES: Mapping[tuple[str, str], object] = {
    (Way.DNS, Outcome.RIGHT): gettext_lazy("The DNS record is there and right."),
    (Way.DNS, Outcome.MISSING): gettext_lazy(
        "The DNS record is missing. Enter it where the domain is administered."
    ),
    (Way.DNS, Outcome.OTHER_LOG): gettext_lazy(
        "The DNS record vouches for another log: %(detail)s. Enter a second record with this one."
    ),
    (Way.DNS, Outcome.OTHER_ROOT): gettext_lazy(
        "The DNS record names other root keys: %(detail)s. If the root keys were exchanged, enter the new "
        "record. If not, somebody else vouches for keys in your name: find out who changed it."
    ),
    (Way.DNS, Outcome.NO_ROOT): gettext_lazy(
        "The DNS record names this log, but not its root keys. Enter the whole record."
    ),
    (Way.DNS, Outcome.UNREADABLE): gettext_lazy("The DNS record cannot be understood: %(detail)s"),
    (Way.DNS, Outcome.UNANSWERED): gettext_lazy("It is not known whether the DNS record is there."),
    (Way.TRUST_TXT, Outcome.RIGHT): gettext_lazy("Its trust.txt says that it controls this site."),
    (Way.TRUST_TXT, Outcome.MISSING): gettext_lazy(
        "It has no trust.txt. Put one there with the line shown here."
    ),
    (Way.TRUST_TXT, Outcome.NOT_NAMED): gettext_lazy(
        "Its trust.txt does not name this site. Add the line shown here."
    ),
    (Way.TRUST_TXT, Outcome.UNANSWERED): gettext_lazy(
        "It is not known whether its trust.txt names this site."
    ),
}


def sentence(finding: Finding) -> str:
    """Tell what was found, and what to do."""
    found = _SENTENCES.get(
        (finding.way, finding.outcome), gettext_lazy("Something else was found: %(detail)s")
    )
    told = str(found) % {"detail": finding.detail}
    if finding.trouble:
        told += " " + _("At the last attempt it did not answer: %(trouble)s") % {"trouble": finding.trouble}
    return told
