"""The values that everything else is said in: frozen records that check themselves."""

from homeward.model.case import Case, Prior, Rule
from homeward.model.custody import TRANSFER_UNITS, Transfer
from homeward.model.dates import PartialDate
from homeward.model.errors import Fault, FaultyInput, HomewardError, InvalidValue, TooLarge, Unsupported
from homeward.model.family import Family, Member, Sex
from homeward.model.laboratory import CERTAIN, Laboratory
from homeward.model.marker import MUTATION_KINDS, FrequencyTable, Linkage, Marker, MutationModel
from homeward.model.parameters import MitoParameters, YParameters
from homeward.model.profile import Genotype, Profile, merge_profiles
from homeward.model.remains import SIDES, Element, ReferenceSample, Remains, RemainsSample
from homeward.model.roster import Incident, MissingPerson
from homeward.model.run import RunFacts

__all__ = [
    "CERTAIN", "MUTATION_KINDS", "SIDES", "TRANSFER_UNITS", "Case", "Element", "Family", "Fault", "FaultyInput",
    "FrequencyTable", "Genotype", "HomewardError", "Incident", "InvalidValue", "Laboratory", "Linkage", "Marker",
    "Member", "MissingPerson", "MitoParameters", "MutationModel", "PartialDate", "Prior", "Profile",
    "ReferenceSample", "Remains", "RemainsSample", "Rule", "RunFacts", "Sex", "TooLarge", "Transfer", "Unsupported",
    "YParameters", "merge_profiles",
]
