# SPDX-License-Identifier: Apache-2.0
"""What the desk shows of the fediverse."""
