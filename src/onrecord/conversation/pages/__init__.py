# SPDX-License-Identifier: Apache-2.0
"""What readers see of comments.

fragments   one comment as HTML, made when it changes and kept
avatars     the drawing beside a name
threads     what stands below a statement, further pages of long threads, where a comment is
"""
