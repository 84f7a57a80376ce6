# SPDX-License-Identifier: Apache-2.0
"""Shared screens of the editorial desk; knows nothing of what is edited there."""
