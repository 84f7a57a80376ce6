# SPDX-License-Identifier: Apache-2.0
"""The press at the desk: people, outlets, lists, imports."""
