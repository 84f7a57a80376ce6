# SPDX-License-Identifier: Apache-2.0
"""Private addresses go when nobody needs them any more."""

from __future__ import annotations

from django.db import transaction

from onrecord.people.models import Contact


@transaction.atomic
def forget_unneeded(contact: Contact) -> bool:
    """Delete an address unless another app still has somebody with it; return whether it is gone.

    For an app that has just let go of it, and journals that.
    """
    row = Contact.objects.select_for_update().filter(pk=contact.pk).first()
    if row is None:
        return True
    for relation in row._meta.related_objects:
        if relation.related_model._base_manager.filter(**{relation.field.name: row}).exists():
            return False
    row.delete()
    return True
