# SPDX-License-Identifier: Apache-2.0
"""The screens at which statements are written, approved and released. Thin: every rule is in `actions`."""
