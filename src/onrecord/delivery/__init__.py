# SPDX-License-Identifier: Apache-2.0
"""The ledger of what goes out: one row for each recipient of each distribution, and who carries it there.

It knows nothing of newsrooms: what is carried, and to whom, is said by the apps above. It promises that
nobody is lost and that every row says what became of it; see docs/delivery.md.
"""
