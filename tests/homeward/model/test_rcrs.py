"""The reference sequence against its checksum and against places that the literature names."""

import hashlib

import pytest

from homeward.model import InvalidValue
from homeward.model.rcrs import PLACEHOLDER, RCRS, RCRS_LENGTH, reference_base


def test_the_sequence_has_the_checksum_of_the_genome_assemblies():
    # M5 of NC_012920.1 (MT) in the sequence dictionaries of GRCh37 (1000 Genomes, human_g1k_v37) and GRCh38.
    assert len(RCRS) == RCRS_LENGTH
    assert hashlib.md5(RCRS.encode(), usedforsecurity=False).hexdigest() == "c68f52674c9fb33aef52dcf399755519"


@pytest.mark.parametrize(("position", "base"), [
    # A73G, A263G, A750G, A1438G, A4769G, A8860G, A15326G: private to the rCRS's own lineage, so that nearly every
    # other sequence shows the G (van Oven & Kayser 2009, doi:10.1002/humu.20921).
    (73, "A"), (263, "A"), (750, "A"), (1438, "A"), (4769, "A"), (8860, "A"), (15326, "A"), (16189, "T"), (16519, "T"),
])
def test_well_known_places_hold_the_base_that_the_literature_names(position, base):
    assert reference_base(position) == base


def test_the_placeholder_holds_no_base():
    assert reference_base(PLACEHOLDER) == "N"
    assert RCRS.count("N") == 1


@pytest.mark.parametrize("position", [0, -1, 16570])
def test_a_position_outside_the_circle_is_refused(position):
    with pytest.raises(InvalidValue, match="must be from 1 to 16569"):
        reference_base(position)
