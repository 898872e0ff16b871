"""Invented names: given names that anyone may bear, with family names put together from parts, marked synthetic."""

from __future__ import annotations

import numpy as np

from homeward.model import Sex

__all__ = ["invented_name"]

_MEN = ("Albert", "Arthur", "Benjamin", "Calvin", "Charles", "Clarence", "Daniel", "Donald", "Earl", "Edward", "Elmer",
        "Ernest", "Eugene", "Francis", "Frank", "George", "Harold", "Harry", "Henry", "Herbert", "Howard", "Jack",
        "James", "John", "José", "Joseph", "Kenneth", "Lawrence", "Leonard", "Louis", "Luis", "Martin", "Norman",
        "Oscar", "Paul", "Ralph", "Raymond", "René", "Richard", "Robert", "Roy", "Samuel", "Stanley", "Theodore",
        "Thomas", "Vernon", "Walter", "Wilbur", "William")
_WOMEN = ("Alice", "Anna", "Clara", "Dorothy", "Edith", "Eleanor", "Frances", "Grace", "Helen", "Irene", "Margaret",
          "Marie", "Ruth", "Virginia")
_FIRST = ("Alder", "Amber", "Barrow", "Birken", "Bracken", "Carrow", "Corven", "Dunmar", "Elder", "Fenner", "Garren",
          "Halver", "Harken", "Jorven", "Kestrel", "Larken", "Marrow", "Merrin", "Norven", "Orren", "Pellin", "Quarren",
          "Rowan", "Saltern", "Tarren", "Thorven", "Ullen", "Varrow", "Wender", "Yarrow")
_SECOND = ("bank", "beck", "brook", "combe", "dale", "fell", "garth", "haven", "holt", "keld", "lea", "mere", "moor",
           "ness", "quist", "reach", "rigg", "scar", "shaw", "stead", "thwaite", "vale", "wath", "wold")
_LETTERS = "ABCDEFGHJKLMNOPRSTVW"


def invented_name(sex: Sex, rng: np.random.Generator) -> str:
    """A name of nobody, as a muster roll might hold it: "Walter J. Birkenmoor (synthetic)".

    >>> import numpy as np
    >>> invented_name(Sex.MALE, np.random.default_rng(1)).endswith(" (synthetic)")
    True
    """
    given = _WOMEN if sex is Sex.FEMALE else _MEN
    first, letter, one, two = (int(n) for n in rng.integers((len(given), len(_LETTERS), len(_FIRST), len(_SECOND))))
    return f"{given[first]} {_LETTERS[letter]}. {_FIRST[one]}{_SECOND[two]} (synthetic)"
