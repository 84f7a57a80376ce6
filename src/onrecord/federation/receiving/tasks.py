# SPDX-License-Identifier: Apache-2.0
"""Kicks: what is to be done stands in tables."""

from django_tasks import task

from onrecord.federation.receiving import handling


@task()
def handle() -> int:
    """Handle activities that were taken."""
    return handling.handle_due()
