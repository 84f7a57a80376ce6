# SPDX-License-Identifier: Apache-2.0
"""How dates are written at the desk where Django's own way can be misread."""
