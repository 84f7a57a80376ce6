# SPDX-License-Identifier: Apache-2.0
"""Fuzzing of everything that reads bytes written by strangers: `python -m fuzz SECONDS`."""
