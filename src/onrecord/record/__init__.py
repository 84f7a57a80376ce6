# SPDX-License-Identifier: Apache-2.0
"""The public append-only log: leaves, sequencing, checkpoints."""
