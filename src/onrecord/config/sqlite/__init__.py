# SPDX-License-Identifier: Apache-2.0
"""Django's SQLite, with a fairer wait for the one writer: see `docs/decisions/waiting-for-the-writer.md`."""
