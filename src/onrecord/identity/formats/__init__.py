# SPDX-License-Identifier: Apache-2.0
"""Other people's formats: values in, bytes out, no database."""
