# SPDX-License-Identifier: Apache-2.0
"""What the journal refuses."""


class JournalError(Exception):
    """Anything the journal refuses."""


class NotInTransaction(JournalError):
    """An entry was to be written outside the transaction of its change."""
