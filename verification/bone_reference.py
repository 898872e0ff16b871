"""The shipped models of size and shape, made anew from the published reference and held against the files.

Each file of ``src/homeward/commingling/data`` holds means, loadings and covariances only: figures of a population, of
nobody in particular. They were estimated from the reference measurements published with OsteoSort 1.4.0, which lie
outside the project. Without ``--write`` the exit code is 1 where a file differs from what is estimated now.
"""

import argparse
import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.commingling import ReferenceTable, SizeShape

_ROOT = Path(__file__).resolve().parents[1]
_SOURCE = _ROOT.parent / "shared" / "data" / "osteometrics_dpaa.csv.gz"
_DATA = _ROOT / "src" / "homeward" / "commingling" / "data"
POPULATIONS = {
    "us_white_men": "white_males", "us_black_men": "black_males", "japanese_men": "japanese_males",
    "us_white_women": "white_females", "us_black_women": "black_females",
}
_TWO_DEFINITIONS = ("Cub_01", "MT2_01")  # two bones' values stand under one code: 38 and 65 mm, 46 and 79 mm
_ABOUT = ("Figures of a population, of nobody in particular: estimated from the reference measurements published with "
          "OsteoSort 1.4.0 (Lynch 2018, doi:10.1111/1556-4029.13560) by verification/bone_reference.py.")


def reference(group: str, source: Path = _SOURCE) -> ReferenceTable:
    """The published reference of one group, without the codes under which two measurements are mixed."""
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["group"] == group and r["code"] not in _TWO_DEFINITIONS]
    ids = sorted({r["individual_id"] for r in rows}, key=int)
    codes = sorted({r["code"] for r in rows}, key=lambda c: (c[:3], c))
    row, column = ({name: i for i, name in enumerate(names)} for names in (ids, codes))
    values = np.full((len(ids), 2, len(codes)), np.nan)
    for r in rows:
        values[row[r["individual_id"]], int(r["side"] == "right"), column[r["code"]]] = float(r["value_mm"])
    return ReferenceTable(group, tuple(ids), tuple(codes), values)


def as_json(model: SizeShape) -> str:
    """The file of a model: bone by bone, four digits that count."""
    bones = []
    for bone in dict.fromkeys(model.bone_of_code):
        rows = np.array([i for i, b in enumerate(model.bone_of_code) if b == bone])
        square = np.ix_(rows, rows)
        bones.append({"bone": bone, "codes": [model.codes[i] for i in rows], "mean": _short(model.mean[rows]),
                      "loadings": _short(model.loadings[rows]), "error": _short(model.error[rows]),
                      "lean": _short(model.lean[rows]),
                      "shape": _short(model.shape[square]), "asymmetry": _short(model.asymmetry[square])})
    lines = ",\n".join(json.dumps(bone) for bone in bones)
    head = json.dumps({"population": model.population, "n": model.n, "about": _ABOUT})[1:-1]
    return f'{{{head}, "bones": [\n{lines}\n]}}\n'


def _short(values: NDArray[np.float64]) -> object:
    return np.vectorize(lambda x: float(f"{x:.5g}"))(values).tolist()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the files instead of comparing them")
    options = parser.parse_args()
    if not _SOURCE.exists():
        _say(f"not run: {_SOURCE.name} is not there")
        return 0
    different = 0
    first: SizeShape | None = None
    for population, group in POPULATIONS.items():
        model = SizeShape.fit(reference(group), prior=first)
        first = first or model
        text = as_json(SizeShape(population, *(getattr(model, f) for f in (
            "n", "codes", "bone_of_code", "mean", "loadings", "shape", "asymmetry", "error", "lean"))))
        path = _DATA / f"{population}.json"
        if options.write:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            different += 1
            _say(f"{path.name} differs from what the reference says")
        _say(f"{population}: {model.n} persons, {len(model.codes)} measurements")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
