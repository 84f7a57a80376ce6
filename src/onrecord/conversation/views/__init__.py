# SPDX-License-Identifier: Apache-2.0
"""answering   pages outside the baked site: private, in the language of a statement or a commenter
sending     the form, from wherever it was shown
mine        what is somebody's own, opened by the link in their mails
"""
