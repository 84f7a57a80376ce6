# SPDX-License-Identifier: Apache-2.0
"""Kicks: what was found stands in tables."""

from django_tasks import task

from onrecord.federation import counting
from onrecord.federation.checks import looking


@task()
def look_from_outside() -> int:
    """Look at the newsroom as another server would; return how many problems there are."""
    return len(looking.look().problems)


@task()
def count_followers() -> int:
    """Count who follows, by server and day by day; return how many rows were written."""
    return counting.count_hosts() + counting.count_days()
