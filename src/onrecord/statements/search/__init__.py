# SPDX-License-Identifier: Apache-2.0
"""Search over statements: what readers find at `/search`.

Every statement is found by its newest published edition, in every script, by the same tokens on SQLite and
PostgreSQL. Nothing is indexed before it is published.
"""

from onrecord.statements.search.finding import Hit, Results, find
from onrecord.statements.search.indexing import forget, index, rebuild
from onrecord.statements.search.queries import LONGEST_QUERY

__all__ = ["LONGEST_QUERY", "Hit", "Results", "find", "forget", "index", "rebuild"]
