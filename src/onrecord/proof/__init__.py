# SPDX-License-Identifier: Apache-2.0
"""Pure verification: canonical form, Merkle tree, signed notes, tiles. No Django, no database, no network.

Small modules, each to be audited in one sitting. Read formats in this order: errors, encoding, canonical,
edition, keys, note, leaf, merkle, checkpoint, cosignature, policy, tiles, tlogproof, openings, register,
bundle. What is judged with them: signers, logged, case, verdict (one edition); tree, files, accounts, audit
(a whole log); compare (two views of one). Formats are those of c2sp.org and RFC 6962; only edition, leaf,
register, openings and bundle are ours (docs/record.md, docs/verify.md).
"""
