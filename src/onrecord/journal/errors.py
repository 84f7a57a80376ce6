# SPDX-License-Identifier: Apache-2.0
"""What the journal refuses."""


class JournalError(Exception):
    """Anything the journal refuses."""


class NotNow(JournalError):
    """What follows an event cannot be done at this moment: somebody else is at it. No attempt has failed."""


class NotInTransaction(JournalError):
    """An entry was to be written outside the transaction of its change."""
