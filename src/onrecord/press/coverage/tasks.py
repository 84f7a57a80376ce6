# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.press.coverage import actions, verifying


@task()
def verify_mentions() -> int:
    """Look at Webmentions that wait."""
    return verifying.verify_due()


@task()
def fetch_pages() -> int:
    """Fetch pages that press officers want a hash of."""
    return actions.fetch_due()
