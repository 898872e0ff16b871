"""One posterior over which elements are one person, and who that person is."""

from homeward.decide.grouping.assemblage import Assemblage
from homeward.decide.grouping.dropout import Typing
from homeward.decide.grouping.group import Settings, group
from homeward.decide.grouping.priors import Priors
from homeward.decide.grouping.result import Group, Grouping, Membership, Name, Persons
from homeward.decide.grouping.sampling import Effort

__all__ = [
    "Assemblage", "Effort", "Group", "Grouping", "Membership", "Name", "Persons", "Priors", "Settings", "Typing",
    "group",
]
