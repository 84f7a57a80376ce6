# SPDX-License-Identifier: Apache-2.0
"""The organisation, its staff and their roles."""
