# SPDX-License-Identifier: Apache-2.0
"""Mail to one relay over SMTP (RFC 5321), several messages a connection, one round trip each where it can.

Durability: ACCEPTED means that the relay answered 250 to the message itself. Idempotency: the Message-ID is
that of the delivery. A connection that breaks before that answer leaves its message in doubt; it is sent
again with the same Message-ID.
"""

from onrecord.delivery.transports.smtp.transport import SmtpTransport

__all__ = ["SmtpTransport"]
