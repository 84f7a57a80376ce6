# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.conversation import actions


@task()
def take_arrivals() -> int:
    """Make comments of some of what strangers sent; the clock asks again."""
    return actions.take_some_arrivals()
