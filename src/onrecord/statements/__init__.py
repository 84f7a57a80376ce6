# SPDX-License-Identifier: Apache-2.0
"""What the organisation says: statements, their immutable editions, topics, spokespeople, contacts."""
