# SPDX-License-Identifier: Apache-2.0
"""Mail to a service over its own HTTP API, through django-anymail, and what the service says afterwards.

Durability: ACCEPTED means that the service answered that it sent or queued the message. Idempotency: services
recognise no repeated message; one that was in doubt when a sender was killed may arrive twice, with one
Message-ID. Retries: 429 and 5xx are put off, everything that is wrong with the account closes the way.
"""
