"""Names of markers and alleles as laboratories write them, met with tolerance and never by likeness.

Two names are the same marker when they differ only in case, blanks and the signs ``_ - . /``, or when the table of
this module says so. Nothing is decided by edit distance: D2S441 and D2S443 are two places of the genome.

Sources of the synonyms: the fact sheets of STRBase (Ruitberg, Reeder, Butler 2001, doi:10.1093/nar/29.1.320), which
give the GenBank names (HUMTH01, HUMFIBRA, HUMACTBP2, HUMVWFA31, HUMLIPOL) and the older names (D6S502 for D8S1179);
Butler, Advanced Topics in Forensic DNA Typing: Methodology, 2012, ch. 5 (core markers, short names); the import
files of CODIS, where the digit 0 stands for the letter O and the reverse (THO1, TP0X, CSF1P0).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

__all__ = ["canonical_allele", "is_amelogenin", "meet"]

_SYNONYMS = {
    written: meant
    for meant, others in {
        "th01": "tho1 tho humth01 humtho1 tc11",
        "tpox": "tp0x htpo htpox humtpox humtp0x",
        "csf1po": "csf1p0 csfipo csf csf1 humcsf1po humcsf1p0",
        "fga": "fibra humfga humfibra",
        "vwa": "humvwa vwa31 vwa31a humvwa31 humvwa31a humvwfa31 humvwfa31a vwfa31",
        "se33": "actbp2 humactbp2 humse33",
        "fesfps": "fes humfes humfesfps fesfpsv30",
        "f13a01": "f13a f13a1 f13ao1 humf13a humf13a1 humf13a01 humf13ao1",
        "f13b": "humf13b humbfxiii humbfxiiib",
        "lpl": "lipol humlpl humlipol",
        "cd4": "humcd4",
        "hprtb": "hprt humhprt humhprtb",
        "ara": "ar humara",
        "pentad": "pentd",
        "pentae": "pente",
        "pentab": "pentb",
        "pentac": "pentc",
        "d8s1179": "d6s502",
        "dys389i": "dys3891 dys389a",
        "dys389ii": "dys3892 dys389b",
        "dys385": "dys385ab",
        "ygatah4": "gatah4",
        "amelogenin": "amel amelo amelx amely amelxy amelogeninx amelogeniny amelogeninxy humamel humamelx humamely",
    }.items()
    for written in others.split()
}

# The chromosomes on which the kits type one marker only; D1, D2, D6 and D10 may be either of two and are left out.
_SHORT = {
    "d3": "d3s1358", "d5": "d5s818", "d7": "d7s820", "d8": "d8s1179", "d12": "d12s391", "d13": "d13s317",
    "d16": "d16s539", "d18": "d18s51", "d19": "d19s433", "d21": "d21s11", "d22": "d22s1045",
}

_SIGNS = re.compile(r"[\s_\-./]+")
_NUMERAL = re.compile(r"([0-9]+)(?:\.([0-9]+)|,([0-9]|0+))?")


def meet(name: str, known: Collection[str]) -> tuple[str, bool] | None:
    """The marker of a table that a written name means.

    Args: ``name``, as written; ``known``, the names of the table.

    Returns the name among ``known`` and whether that was a guess (False where the two are identical), or None where
    no name fits or more than one does. A short name (D3) fits only if the table has one marker of that chromosome.

    >>> meet("Penta_D", ["PENTA D", "PENTA E"])
    ('PENTA D', True)
    """
    if name in known:
        return name, False
    key = _key(name)
    fits = [k for k in known if _key(k) == key]
    short = _fold(name)
    if short in _SHORT and any(_fold(k).startswith(f"{short}s") for k in known if k not in fits):
        return None
    return (fits[0], True) if len(fits) == 1 and key else None


def is_amelogenin(name: str) -> bool:
    """Whether a written name means amelogenin, which shows the sex and is no marker of kinship."""
    return _key(name) == "amelogenin"


def canonical_allele(text: str) -> tuple[str, bool]:
    """An allele in the one way it is written here, and whether that changed more than blanks around it.

    A decimal comma becomes a point, zeros that say nothing fall away; what is no numeral (X, Y, 9+, OL) stays. A
    comma before two digits is left as it stands, since "20,20" is oftener a pair of alleles than the allele 20.2.

    >>> canonical_allele(" 9,3")
    ('9.3', True)
    >>> canonical_allele("12.0")
    ('12', True)
    """
    bare = text.strip()
    found = _NUMERAL.fullmatch(bare)
    if found is None:
        return bare, False
    repeats = found[1].lstrip("0") or "0"
    rest = (found[2] or found[3] or "").rstrip("0")
    canonical = f"{repeats}.{rest}" if rest else repeats
    return canonical, canonical != bare


def _fold(name: str) -> str:
    return _SIGNS.sub("", unicodedata.normalize("NFKC", name).casefold())


def _key(name: str) -> str:
    folded = _fold(name)
    return _SYNONYMS.get(folded) or _SHORT.get(folded) or folded
