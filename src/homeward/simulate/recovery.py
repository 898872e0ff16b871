"""The remains of a grown case: whose they truly are, what was received, how much could be typed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.model import Element, Profile, Remains, RemainsSample, Sex, Transfer
from homeward.simulate import invented
from homeward.simulate.inheritance import Loci
from homeward.simulate.plan import Plan
from homeward.simulate.population import Population, stranger

__all__ = ["Found", "recover"]


@dataclass(frozen=True, slots=True)
class Found:
    """One set of remains, with whom it truly is of (None: someone not on the roster) and all that was recorded."""

    person: str | None
    remains: Remains
    elements: tuple[Element, ...]
    samples: tuple[tuple[RemainsSample, Profile], ...]


def recover(count: int, people: Population, loci: Loci, *, plan: Plan,
            rng: np.random.Generator) -> tuple[tuple[Transfer, ...], tuple[Found, ...]]:
    """So many sets of remains, and the transfers in which they came.

    Those of listed persons stand among the others in no order; a profile may be partial, and is never wrong.
    """
    transfers = invented.transfers(count, rng)
    sexes = {p.id: p.sex for p in people.roster}
    found = []
    for i, person in enumerate(_whose(count, tuple(sexes), plan, rng)):
        if person is None:
            sex = Sex.FEMALE if rng.random() < plan.women else Sex.MALE
            genes = stranger(loci, sex, rng)
        else:
            sex, genes = sexes[person], people.genes[person]
        remains = _received(i, sex, transfers, plan, rng)
        parts = invented.elements(remains.id, rng)
        found.append(Found(person, remains, parts, _typed(remains.id, parts, genes, plan=plan, rng=rng)))
    return transfers, tuple(found)


def _whose(count: int, persons: tuple[str, ...], plan: Plan, rng: np.random.Generator) -> tuple[str | None, ...]:
    places = [p for p in persons for _ in range(plan.most_per_person)]
    n_listed = min(round(count * plan.listed), len(places))
    listed: list[str | None] = [places[int(i)] for i in rng.choice(len(places), size=n_listed, replace=False)]
    everyone = listed + [None] * (count - n_listed)
    return tuple(everyone[int(i)] for i in rng.permutation(count))


def _received(number: int, sex: Sex, transfers: tuple[Transfer, ...], plan: Plan, rng: np.random.Generator) -> Remains:
    transfer = transfers[number // invented.REMAINS_PER_TRANSFER]
    box = int(rng.integers(1, (transfer.count or 1) + 1))
    shown = sex if rng.random() < plan.sex_shown else Sex.UNKNOWN
    return Remains(f"R-{number + 1:04d}", shown, transfer.id, None, f"box {box:02d}", "synthetic remains")


def _typed(remains: str, parts: tuple[Element, ...], genes: Profile, *, plan: Plan,
           rng: np.random.Generator) -> tuple[tuple[RemainsSample, Profile], ...]:
    kept = _some(genes, plan.least_markers, rng) if rng.random() < plan.partial else genes
    profiles = [kept]
    if rng.random() < plan.resampled:
        profiles.append(_some(kept, 1, rng))
    made = []
    for i, profile in enumerate(profiles):
        sample = RemainsSample(f"{remains}-S{i + 1}", remains, parts[i % len(parts)].id)
        made.append((sample, Profile(sample.id, profile.genotypes)))
    return tuple(made)


def _some(profile: Profile, least: int, rng: np.random.Generator) -> Profile:
    names = tuple(profile.genotypes)
    if len(names) <= least:
        return profile
    kept = set(rng.choice(len(names), size=int(rng.integers(least, len(names))), replace=False).tolist())
    return Profile(profile.sample, {name: profile.genotypes[name] for i, name in enumerate(names) if i in kept})
