# SPDX-License-Identifier: Apache-2.0
"""answering   where pages outside the baked site stand in the navigation
sending     the form, from wherever it was shown
mine        what is somebody's own, opened by the link in their mails
"""
