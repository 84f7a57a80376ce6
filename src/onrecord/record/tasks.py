# SPDX-License-Identifier: Apache-2.0
"""Kicks: the truth is in the rows."""

from django_tasks import task

from onrecord.people.models import Organisation
from onrecord.record import elsewhere, timestamps


@task()
def stamp() -> bool:
    """Have the newest checkpoint timestamped if that is due, and tell whether it was."""
    return timestamps.stamp() is not None


@task()
def watch() -> None:
    """Ask mirrors and witnesses what they hold of the log, if that is due."""
    if elsewhere.is_due() and Organisation.objects.exists():
        elsewhere.watch(Organisation.current().origin)
