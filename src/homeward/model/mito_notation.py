"""Differences of a mitochondrial sequence from the rCRS, as forensic laboratories write them.

The notation is that of EMPOP and of the ISFG guidelines (Parson et al. 2014, doi:10.1016/j.fsigen.2014.07.010):
``263G`` a substitution, ``249DEL`` a deletion, ``315.1C`` the first base inserted after 315, ``16093Y`` two bases seen
at one position (point heteroplasmy), ``309.2c`` a base that some molecules have and some lack (length heteroplasmy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from homeward.model.errors import InvalidValue
from homeward.model.rcrs import PLACEHOLDER, RCRS_LENGTH, reference_base

__all__ = ["GAP", "Difference", "parse_differences", "parse_range"]

GAP = "-"
_RECORD = "mtDNA difference"
_BASES_OF = {"A": "A", "C": "C", "G": "G", "T": "T", "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
             "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT"}
_CODE_OF = {bases: code for code, bases in _BASES_OF.items()}
_FORM = re.compile(r"(?P<ref>[ACGTN-])?(?P<start>[0-9]{1,5})(?:-(?P<end>[0-9]{1,5}))?(?:\.(?P<nth>[0-9]{1,3}))?"
                   r"(?P<code>DEL|Del|del|d|-|[ACGTRYSWKMBDHVN]+|[acgt])")
_ALLOWED = "must be such as 263G, A263G, 16093Y, 249DEL, 523-524DEL, 315.1C or 309.2c"
_RANGE = re.compile(r"([0-9]{1,5})(?:[-–]([0-9]{1,5}))?")
_LONGEST_DELETION = 500  # a wrap-around by a slip of the pen would delete nearly everything


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One difference from the rCRS.

    ``position``: 1 to 16569. ``insertion``: 0 at the position itself, k for the k-th base inserted after it.
    ``seen``: what was seen there, sorted, of the signs ``-ACGT``: one base, several (point heteroplasmy), ``-`` for
    none (a deletion), or ``-`` beside one base (some molecules lack it).

    >>> str(Difference(16093, 0, "CT"))
    '16093Y'
    """

    position: int
    insertion: int
    seen: str

    def __post_init__(self) -> None:
        if not 1 <= self.position <= RCRS_LENGTH:
            raise InvalidValue(_RECORD, "position", self.position, f"must be from 1 to {RCRS_LENGTH}")
        if self.insertion < 0:
            raise InvalidValue(_RECORD, "insertion", self.insertion, "must be 0, or count the inserted bases from 1")
        seen = "".join(sorted(set(self.seen)))
        bases = seen.replace(GAP, "")
        if not seen or not set(bases) <= set("ACGT") or (GAP in seen and len(bases) > 1):
            raise InvalidValue(f"{_RECORD} {self.position}", "seen", self.seen,
                               "must be bases of A, C, G, T, or - for none, or - beside one base")
        object.__setattr__(self, "seen", seen)
        self._check_against_reference()

    def _check_against_reference(self) -> None:
        record = f"{_RECORD} {self}"
        if self.insertion:
            if self.seen == GAP:
                raise InvalidValue(record, "seen", self.seen, "must be a base where bases are inserted")
            return
        if self.position == PLACEHOLDER:
            raise InvalidValue(record, "position", self.position, "is a placeholder of the rCRS, where no base stands")
        if self.seen == reference_base(self.position):
            raise InvalidValue(record, "seen", self.seen, "is the base of the rCRS, and so no difference")
        if self.seen == "ACGT":
            raise InvalidValue(record, "seen", "N", "says that the position was not read: leave it out of the ranges")

    @property
    def is_deletion(self) -> bool:
        """Whether the base of the rCRS is lacking in all molecules."""
        return self.seen == GAP

    @property
    def is_mixed(self) -> bool:
        """Whether more than one thing was seen at the place."""
        return len(self.seen) > 1

    def __str__(self) -> str:
        bases = self.seen.replace(GAP, "")
        code = _CODE_OF.get(bases, "DEL")
        place = f"{self.position}.{self.insertion}" if self.insertion else str(self.position)
        return f"{place}{code.lower() if GAP in self.seen and bases else code}"


@lru_cache(maxsize=4096)  # a database writes the same few thousand differences again and again
def parse_differences(text: str) -> tuple[tuple[Difference, ...], tuple[int, ...]]:
    """Read one item of a list of differences.

    Args: ``text``, such as ``263G``; ``A263G`` with the base of the rCRS before it, which is checked; ``523-524DEL``
    (also ``523-524d``, ``249-``); ``8289.1CCCCCTCTA`` for several inserted bases.

    Returns the differences, and the positions that the item calls unread (``16093N``). A deletion at 3107, where the
    rCRS has no base, is no difference. Raises InvalidValue for what is not of the notation.

    >>> [str(d) for d in parse_differences("523-524DEL")[0]]
    ['523DEL', '524DEL']
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise InvalidValue(_RECORD, "difference", text, _ALLOWED)
    ref, start, end, nth, code = found.group("ref", "start", "end", "nth", "code")
    deleted = code in ("DEL", "Del", "del", "d", GAP)
    first, last = int(start), int(end or start)
    if nth is not None:
        if deleted or end is not None or ref not in (None, GAP):
            raise InvalidValue(_RECORD, "difference", text, _ALLOWED)
        return _inserted(first, int(nth), code, text), ()
    if ref == GAP or (end is not None and not deleted) or (len(code) > 1 and not deleted):
        raise InvalidValue(_RECORD, "difference", text, _ALLOWED)
    if ref not in (None, "N") and ref != reference_base(first):
        raise InvalidValue(_RECORD, "difference", text, f"the rCRS has {reference_base(first)} at {first}")
    if deleted:
        return _deleted(first, last, text), ()
    if code == "N":
        reference_base(first)
        return (), (first,)
    return (Difference(first, 0, _seen(code)),), ()


def _seen(code: str) -> str:
    return GAP + code.upper() if code.islower() else _BASES_OF[code]


def _inserted(position: int, nth: int, code: str, text: str) -> tuple[Difference, ...]:
    if nth == 0:
        raise InvalidValue(_RECORD, "difference", text, "must count the inserted bases from 1")
    return tuple(Difference(position, nth + k, _seen(letter)) for k, letter in enumerate(code))


def _deleted(first: int, last: int, text: str) -> tuple[Difference, ...]:
    count = (last - first) % RCRS_LENGTH + 1
    if count > _LONGEST_DELETION:
        raise InvalidValue(_RECORD, "difference", text, f"must not delete more than {_LONGEST_DELETION} positions")
    reference_base(first)
    reference_base(last)
    positions = ((first - 1 + k) % RCRS_LENGTH + 1 for k in range(count))
    return tuple(_deletion(p) for p in positions if p != PLACEHOLDER)


@lru_cache(maxsize=RCRS_LENGTH)
def _deletion(position: int) -> Difference:
    return Difference(position, 0, GAP)


def parse_range(text: str) -> tuple[int, int]:
    """Read one range of positions, both ends included: ``16024-16365``, ``16519``; ``16024-576`` passes the origin.

    Raises InvalidValue for anything else.
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise InvalidValue("mtDNA range", "range", text, "must be such as 16024-16365, 16024-576 or 16519")
    start, end = int(found[1]), int(found[2] or found[1])
    for position in (start, end):
        if not 1 <= position <= RCRS_LENGTH:
            raise InvalidValue("mtDNA range", "range", text, f"must hold positions from 1 to {RCRS_LENGTH}")
    return start, end
