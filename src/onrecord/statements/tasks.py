# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.bakery.actions import bake
from onrecord.statements import actions
from onrecord.statements.pages import feeds


@task()
def collect_cosignatures() -> int:
    """Ask the witnesses that are due, bake what their answers change, and return how many cosigned."""
    return actions.collect_cosignatures()


@task()
def announce_hub() -> int:
    """Bake the feeds that announce another hub than they should; return how many."""
    return bake(feeds.keys_without_hub()).keys
