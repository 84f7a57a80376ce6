# SPDX-License-Identifier: Apache-2.0
"""Kicks: the truth is in the reaction rows."""

from django_tasks import task

from onrecord.journal import reactions


@task()
def drain_reactions() -> int:
    """Run the reactions that are due and return how many there were."""
    return reactions.drain()
