"""Small invented cases, put together from a few words: persons with their families, remains with their profiles."""

from homeward.model import (
    Case,
    Family,
    FrequencyTable,
    Genotype,
    Marker,
    Member,
    MissingPerson,
    MutationModel,
    Prior,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
)

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
ALLELES = tuple(map(str, range(1, 11)))
ONE_LINE = Rule(minimum_lines=1)


def markers(n, model=None):
    """n markers of ten alleles of frequency 1/10."""
    model = model or MutationModel()
    return tuple(Marker(f"L{k}", ALLELES, (0.1,) * 10, model, model) for k in range(n))


def all_of(genotype, n):
    """The same genotype, "1/2" or "1/?", at n markers."""
    first, second = genotype.split("/")
    return {f"L{k}": Genotype(first, None if second == "?" else second) for k in range(n)}


def couple(name, *missing, typed=None, sexes=(), others=()):
    """A couple and its missing children, each named after his place; ``typed``: member → genotypes by marker."""
    sexes = sexes or (M,) * len(missing)
    members = (Member("dad", None, None, M), Member("mum", None, None, F),
               *(Member(f"at-{p}", "dad", "mum", sex, person=p) for p, sex in zip(missing, sexes, strict=True)),
               *(Member(o, "dad", "mum", F) for o in others))
    return Family(name, members), typed or {}


def case(families, remains, table, *, without=(), sexes=None, remains_sexes=None, rule=ONE_LINE, on_roster=0.5):
    """A case of families ``(Family, typed)`` and ``remains``: id → genotypes by marker, or None where no sample.

    ``without``: persons on the roster without a family; ``sexes``: recorded sex of persons who are not men.
    """
    sexes, remains_sexes = sexes or {}, remains_sexes or {}
    persons = [m.person for family, _ in families for m in family.missing] + list(without)
    references = [ReferenceSample(f"{f.id}-{m}", f.id, m) for f, typed in families for m in typed]
    profiles = [Profile(f"{f.id}-{m}", g) for f, typed in families for m, g in typed.items()]
    profiles += [Profile(f"S-{r}", g) for r, g in remains.items() if g]
    return Case(
        name="invented", synthetic=True, frequencies=FrequencyTable("invented", table), rule=rule,
        prior=Prior(on_roster), roster=tuple(MissingPerson(p, sex=sexes.get(p, M)) for p in persons),
        families=tuple(f for f, _ in families),
        remains=tuple(Remains(r, sex=remains_sexes.get(r, U)) for r in remains),
        reference_samples=tuple(references),
        remains_samples=tuple(RemainsSample(f"S-{r}", r) for r, g in remains.items() if g is not None),
        profiles=tuple(profiles))
