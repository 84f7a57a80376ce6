# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.statements import actions


@task()
def collect_cosignatures() -> int:
    """Ask the witnesses that are due, bake what their answers change, and return how many cosigned."""
    return actions.collect_cosignatures()
