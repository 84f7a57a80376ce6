# SPDX-License-Identifier: Apache-2.0
"""What witnesses have said, in the words of screens and public pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onrecord.record.models import Witness
from onrecord.record.witnesses.standing import FEWEST_OUTSIDE, Standing, State


def told(found: Standing) -> str:
    """Say in one sentence how far others have confirmed the log."""
    numbers = {"cosigned": found.outside_cosigned, "asked": found.outside, "needed": found.threshold}
    match found.state:
        case State.NOT_WITNESSED:
            return _("Not independently witnessed.")
        case State.WAITING:
            return (
                _("Waiting for witnesses: %(cosigned)d of %(asked)d so far, %(needed)d are needed.") % numbers
            )
        case State.WITNESSED:
            return _("Witnessed by %(cosigned)d of %(asked)d other organisations.") % numbers


def lacking(found: Standing) -> str:
    """Say how many witnesses of other organisations are missing for a quorum."""
    return _("%(there)d of %(wanted)d witnesses of other organisations are set up.") % {
        "there": found.outside,
        "wanted": FEWEST_OUTSIDE,
    }


def answer_of(witness: Witness) -> str:
    """Say what came of the last time a witness was asked."""
    return str(Witness.Answer(witness.answer).label)
