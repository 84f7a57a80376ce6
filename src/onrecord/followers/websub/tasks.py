# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.followers.websub import actions


@task()
def verify() -> int:
    """Ask the callbacks that are due whether they mean it."""
    return actions.verify_due()
