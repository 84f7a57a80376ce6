# SPDX-License-Identifier: Apache-2.0
"""Kicks: what was found is in the rows."""

from django_tasks import task

from onrecord.identity import actions


@task()
def ask_domains() -> int:
    """Ask every known domain and return how many answers are kept."""
    return len(actions.ask_domains())
