# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.press import actions


@task()
def carry_on(import_id: int) -> int:
    """Do what is left of an import."""
    return actions.carry_on(import_id)
