# SPDX-License-Identifier: Apache-2.0
"""What readers do: report, see what came of it, read reasons, appeal, answer. No account, no cookie.

reporting   the form, and a report behind its link
notices     a decision behind its link, with the appeal
answers     how all of them answer
"""
