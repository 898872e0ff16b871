"""The arrays that pass between rooms: the support of one line of evidence for one tile of pairs."""

from homeward.blocks.support import COMPARED, EXCLUDED, NOT_COMPARED, Status, Support

__all__ = ["COMPARED", "EXCLUDED", "NOT_COMPARED", "Status", "Support"]
