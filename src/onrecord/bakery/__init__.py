# SPDX-License-Identifier: Apache-2.0
"""The engine that renders pages once into a directory of static files; knows nothing of newsrooms."""
