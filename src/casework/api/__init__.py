"""The API: all reads, and the acts that machines need, as JSON."""

from casework.api.application import api

__all__ = ["api"]
