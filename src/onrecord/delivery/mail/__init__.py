# SPDX-License-Identifier: Apache-2.0
"""Mail: letters that are written once for many, and signed for their domain."""
