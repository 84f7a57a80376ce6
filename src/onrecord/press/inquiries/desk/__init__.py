# SPDX-License-Identifier: Apache-2.0
"""Inquiries at the desk: the board, one inquiry, the library of answers, how inquiries are answered."""
