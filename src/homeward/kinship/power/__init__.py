"""What a family can tell before any remains are typed, and what one more relative would add."""

from homeward.kinship.power.measures import MarkerPower, Power, power
from homeward.kinship.power.next_relative import RelativeGain, best_relatives
from homeward.kinship.power.relationships import Relationship
from homeward.kinship.power.tails import Estimate

__all__ = ["Estimate", "MarkerPower", "Power", "Relationship", "RelativeGain", "best_relatives", "power"]
