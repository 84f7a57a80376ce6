# SPDX-License-Identifier: Apache-2.0
"""Settings, environment table, addresses, command line, server entry."""
