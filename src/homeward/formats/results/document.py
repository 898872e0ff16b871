"""An identification as one document, results.json, with the digest of its figures."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Status
from homeward.decide import Candidate, Identification, MarkerLR, Proposal
from homeward.decide.joint import JointIdentification
from homeward.model import RunFacts

__all__ = ["FORMAT", "result_digest", "results_document"]

FORMAT = "homeward-results/1"
# What may differ between two computations of the same figures; warnings also tell how a file was read.
_NOT_DIGESTED = frozenset({"software", "source", "when", "versions", "seconds", "warnings", "result_digest"})


def result_digest(document: Mapping[str, object]) -> str:
    """SHA-256 of a document's figures in a canonical form: who computed them when, and how fast, is no part of it.

    The same case gives the same digest, from files and from a register, in one go and after an interruption.
    """
    content = {name: value for name, value in document.items() if name not in _NOT_DIGESTED}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def results_document(identification: Identification, facts: RunFacts) -> dict[str, object]:
    """The content of results.json; ``matrices`` are digests of the tables beside it, to the last bit."""
    document = _document(identification, facts)
    document["result_digest"] = result_digest(document)
    return document


def _document(identification: Identification, facts: RunFacts) -> dict[str, object]:
    case = identification.case
    return {
        "format": FORMAT,
        "software": facts.software,
        "source": facts.source,
        "case": case.name,
        "synthetic": case.synthetic,
        "digest": facts.digest,
        "when": facts.when.isoformat(),
        "seed": facts.seed,
        "versions": dict(facts.versions),
        "parameters": dict(facts.parameters),
        "seconds": dict(facts.seconds),
        "warnings": list(identification.warnings),
        "joint": None if identification.joint is None else _joint(identification.joint),
        "one_profile": [list(group) for group in identification.parts_of],
        "excluded_pairs": int((identification.support.status == Status.EXCLUDED).sum()),
        "matrices": {"log10_lr": _sha256(identification.support.log10_lr, "<f8"),
                     "status": _sha256(identification.support.status, "<i1"),
                     "posterior": _sha256(identification.posterior, "<f8")},
        "proposals": [_proposal(p) for p in identification.proposals],
        "remains": [{"remains": r.remains, "conclusion": r.conclusion.value, "reason": r.reason,
                     "markers": r.n_markers, "not_on_roster": r.posterior_not_on_roster, "how": r.how, "error": r.error,
                     "candidates": [_candidate(c) for c in r.candidates]} for r in identification.remains],
        "persons": [{"person": p.person, "conclusion": p.conclusion.value, "reason": p.reason,
                     "has_references": p.has_references, "candidates": [_candidate(c) for c in p.candidates]}
                    for p in identification.persons],
    }


def _sha256(matrix: NDArray[np.generic], dtype: str) -> str:
    # Adding 0 makes −0 and 0, which are equal, one.
    return hashlib.sha256((matrix + np.zeros((), matrix.dtype)).astype(dtype).tobytes()).hexdigest()


def _joint(joint: JointIdentification) -> dict[str, object]:
    return {
        "priors": [{"prior": r.kind.value, "share": r.share, "pair_odds": r.pair_odds,
                    "expected_pairs": r.expected_pairs, "error": r.error,
                    "parts": [{"persons": len(p.persons), "remains": len(p.remains), "how": p.how.value, "by": p.by,
                               "error": p.error} for p in r.parts]} for r in joint.results],
        "assignments_in_all": joint.n_assignments,
        "likeliest_equal": joint.likeliest_equal,
        "assignments": [{"pairs": {remains: person for person, remains in a.pairs}, "loglik": a.loglik,
                         "log10_lr_best": a.log10_lr_best, "posterior": a.posterior} for a in joint.assignments],
        "undisputed": [{"person": person, "remains": remains} for person, remains in joint.first.undisputed],
        "excluded_persons": list(joint.first.excluded_persons),
        "excluded_remains": list(joint.first.excluded_remains),
        "uninformed_persons": list(joint.first.uninformed),
        "not_compared_persons": list(joint.first.not_compared),
        "symmetries": [{"persons": list(s.persons), "remains": list(s.remains), "posterior": s.posterior}
                       for s in joint.symmetries],
    }


def _finite(value: float | None) -> float | str | None:
    """JSON has no infinity: an exclusion is written "-inf", a pairing that nothing else can be "inf"."""
    return value if value is None or math.isfinite(value) else "inf" if value > 0.0 else "-inf"


def _candidate(c: Candidate) -> dict[str, object]:
    entry: dict[str, object] = {"person": c.person, "remains": c.remains, "status": c.status.name.lower(),
                                "log10_lr": _finite(c.log10_lr), "log10_glr": _finite(c.log10_glr),
                                "posterior": c.posterior}
    if c.excluded_by:
        entry["excluded_by"] = list(c.excluded_by)
    return entry


def _marker(m: MarkerLR) -> dict[str, object]:
    entry: dict[str, object] = {"marker": m.marker, "genotype": m.genotype, "log10_lr": _finite(m.log10_lr)}
    return entry | ({"given": m.given} if m.given else {})


def _proposal(p: Proposal) -> dict[str, object]:
    return {
        "person": p.person, "remains": p.remains, "family": p.family, "conclusion": p.conclusion.value,
        "reason": p.reason, "meets_rule": p.meets_rule, "lines": list(p.lines), "posterior": p.posterior,
        "not_on_roster": p.posterior_not_on_roster, "log10_lr": p.log10_lr,
        "log10_glr": _finite(p.log10_glr), "markers": [_marker(m) for m in p.markers],
        "runner_up": None if p.runner_up is None else _candidate(p.runner_up),
        "under_priors": dict(p.under_priors), "error": p.error, "line_log10_lrs": dict(p.line_log10_lrs),
    }
