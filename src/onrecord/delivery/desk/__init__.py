# SPDX-License-Identifier: Apache-2.0
"""The screens about deliveries: what goes out, at which hosts, to whom, with what answer."""
