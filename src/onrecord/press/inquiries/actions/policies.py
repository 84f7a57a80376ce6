# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from django.db import transaction

from onrecord.journal import actions as journal
from onrecord.people.models import User
from onrecord.people.roles import Right, require
from onrecord.press.inquiries import events
from onrecord.press.models import InquiryPolicy, SignOff


@transaction.atomic
def set_policy(sign_off: SignOff, *, show_response_time: bool, by: User) -> InquiryPolicy:
    """Say which answers a second person signs off, and whether response times are shown.

    Only who approves statements may: whoever writes answers does not lift their own check. Raises NotAllowed.
    """
    require(by, Right.APPROVE)
    row, _created = InquiryPolicy.objects.update_or_create(
        pk=InquiryPolicy.ONLY, defaults={"sign_off": sign_off, "show_response_time": show_response_time}
    )
    event = events.InquiryPolicyChanged(
        subject="inquiry-policy", sign_off=sign_off, show_response_time=show_response_time
    )
    journal.write(event, by=by.as_actor())
    return row
