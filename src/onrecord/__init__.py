# SPDX-License-Identifier: Apache-2.0
"""OnRecord: the newsroom an organisation owns."""

__version__ = "0.1.0"
