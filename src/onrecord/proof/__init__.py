# SPDX-License-Identifier: Apache-2.0
"""Pure verification: canonical form, Merkle tree, signed notes, tiles. No Django, no database, no network."""
