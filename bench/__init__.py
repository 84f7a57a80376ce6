# SPDX-License-Identifier: Apache-2.0
"""Measurements: how fast, how much memory. Run them with `./run bench`."""
