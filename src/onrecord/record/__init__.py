# SPDX-License-Identifier: Apache-2.0
"""The public append-only log: leaves, sequencing, checkpoints, and the files that readers verify with.

It knows commitments and the addresses of editions, never what an edition says. docs/record.md tells what
each table and file is, and what its loss or forgery would mean.
"""
