# SPDX-License-Identifier: Apache-2.0
"""One module for each command. They import Django only when they run, so that light commands stay light."""
