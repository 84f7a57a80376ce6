# SPDX-License-Identifier: Apache-2.0
"""Readers who asked to be told by mail: their choices, their way in and out, what they are sent.

Not here: how mail is carried (`delivery`), feeds (`statements`), staff (`people`).
"""
