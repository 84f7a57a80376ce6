# SPDX-License-Identifier: Apache-2.0
"""Small files by which programs find out what this server is."""
