# SPDX-License-Identifier: Apache-2.0
"""What regulators and out-of-court bodies load: values in, bytes out, no database."""
