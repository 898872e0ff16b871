"""What is kept of a token."""

from __future__ import annotations

from hashlib import sha256

__all__ = ["digest_of"]


def digest_of(secret: str) -> str:
    """The SHA-256 of a token, in hexadecimal; the token itself is kept nowhere."""
    return sha256(secret.encode()).hexdigest()
