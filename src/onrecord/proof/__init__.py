# SPDX-License-Identifier: Apache-2.0
"""Pure verification: canonical form, Merkle tree, signed notes, tiles. No Django, no database, no network.

Small enough to be audited in one sitting. Read in this order: errors, encoding, canonical, edition, note,
leaf, merkle, checkpoint, tiles, tlogproof. Formats are those of c2sp.org and RFC 6962; only the leaf and
the edition are ours (docs/record.md).
"""
