# SPDX-License-Identifier: Apache-2.0
"""What a statement becomes outside the desk: the edition file and the formats of the site."""
