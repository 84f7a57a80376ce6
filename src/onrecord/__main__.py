# SPDX-License-Identifier: Apache-2.0
"""Lets `python -m onrecord` do what `onrecord` does."""

from onrecord.config.cli import main

main(prog_name="onrecord")
