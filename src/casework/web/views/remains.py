"""Remains: from the transfer to the box, the accession, the bone, the sample and its profile."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.decisions import decisions, proposals
from casework.queries.examinations import examinations_of
from casework.queries.remains import (
    container,
    containers,
    element,
    elements_of,
    profile,
    profiles_of_sample,
    remains,
    remains_of_case,
    reported,
    sample,
    samples_of,
    transfer,
    transfers,
)
from casework.web.listing import Columns, asked_text, list_page
from casework.web.record_page import acts_on, in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Table, act, link, name_of
from casework.web.views.items import custody_section
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["container_page", "containers_page", "element_page", "profile_page", "remains_list", "remains_page",
           "sample_page", "transfer_page", "transfers_page"]

P = Permission
_SHOWN = 250


@allowed(Permission.REMAINS_READ)
def transfers_page(request: Request, case_id: int) -> HttpResponse:
    """The transfers of a case."""
    found = case(request.user, case_id)
    columns = Columns(("Transfer", "Date", "From", "To", "What", "Containers", "Remains"), lambda t: (
        link("transfer", t), t.date, t.giver, t.receiver, _count(t), t.n_containers, t.n_remains), numbers=(5, 6))
    acts = [act("Add a transfer", "transfer-new", found.pk)] if may(request.user.role, P.REMAINS_WRITE) else []
    return list_page(request, transfers(request.user, found, withdrawn="withdrawn" in request.GET), columns,
                     title="Transfers", case=found, crumbs=in_case(found), acts=acts, withdrawn=True)


@allowed(Permission.REMAINS_READ)
def transfer_page(request: Request, transfer_id: int) -> HttpResponse:
    """One transfer with what came by it."""
    user, found = request.user, transfer(request.user, transfer_id)
    boxes = containers(user, found.case, came_by=found)
    sections = [
        Facts("The transfer", (
            ("Date", found.date), ("From", found.giver), ("To", found.receiver), ("Place", found.place),
            ("What", _count(found)), ("As the document says", found.document_text),
            ("Document", link("document", found.document)),
            ("Organisation whose record it is", found.organisation and found.organisation.name))),
        Table("Containers", ("Container", "Kind", "Label", "Remains"), [
            (link("container", c), c.kind, c.label, c.n_remains) for c in boxes[:_SHOWN]], numbers=(3,),
            acts=acts_on(user, found, (P.REMAINS_WRITE, act("Add a container", "container-new", found.pk)))),
        _remains_table(remains_of_case(user, found.case, came_by=found)),
    ]
    custody = Act("Record custody of its containers", f"{reverse('custody-new', args=[found.case_id])}"
                  f"?transfer={found.pk}")
    return record_page(request, found, kind="Transfer", title=found.key, sections=sections,
                       acts=standard_acts(user, found, "transfer", (P.CUSTODY_WRITE, custody)),
                       crumbs=in_case(found.case, ("Transfers", "transfers")))


@allowed(Permission.REMAINS_READ)
def containers_page(request: Request, case_id: int) -> HttpResponse:
    """The containers of a case."""
    found = case(request.user, case_id)
    rows = containers(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Container", "Kind", "Label", "Transfer", "Remains"), lambda c: (
        link("container", c), c.kind, c.label, link("transfer", c.transfer), c.n_remains), numbers=(4,))
    return list_page(request, rows, columns, title="Containers", case=found, crumbs=in_case(found),
                     search="Key or label", withdrawn=True)


@allowed(Permission.REMAINS_READ)
def container_page(request: Request, container_id: int) -> HttpResponse:
    """One container, what lies in it and who holds it."""
    user, found = request.user, container(request.user, container_id)
    sections = [
        Facts("The container", (
            ("Kind", found.kind), ("Label", found.label), ("Description", found.description),
            ("Transfer", link("transfer", found.transfer)),
            ("Organisation whose record it is", found.organisation and found.organisation.name))),
        _remains_table(remains_of_case(user, found.case, lying_in=found)),
        *custody_section(user, found, "container"),
    ]
    return record_page(request, found, kind="Container", title=found.key, sections=sections,
                       acts=standard_acts(user, found, "container"),
                       crumbs=in_case(found.case, ("Containers", "containers")))


@allowed(Permission.REMAINS_READ)
def remains_list(request: Request, case_id: int) -> HttpResponse:
    """The accessions of a case."""
    found = case(request.user, case_id)
    rows = remains_of_case(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Remains", "Sex", "Container", "Transfer", "Recovered", "Where it lay", "Samples"), lambda r: (
        link("remains", r), r.sex, link("container", r.container), link("transfer", r.transfer), r.recovered,
        r.provenience, r.n_samples), numbers=(6,))
    acts = [act("Add remains", "remains-new", found.pk)] if may(request.user.role, P.REMAINS_WRITE) else []
    return list_page(request, rows, columns, title="Remains", case=found, crumbs=in_case(found), acts=acts,
                     search="Key, where it lay, or description", withdrawn=True)


@allowed(Permission.REMAINS_READ)
def remains_page(request: Request, remains_id: int) -> HttpResponse:
    """One accession."""
    user, found = request.user, remains(request.user, remains_id)
    sections: list[Any] = [
        Facts("The remains", (
            ("Sex, as they show it", found.sex), ("Recovered", found.recovered), ("Where it lay", found.provenience),
            ("Description", found.description), ("Transfer", link("transfer", found.transfer)),
            ("Container", link("container", found.container)),
            ("Organisation whose record it is", found.organisation and found.organisation.name))),
        Table("Elements", ("Element", "Bone", "Side", "Portion"), [
            (link("element", e), e.bone, e.side, e.portion) for e in elements_of(user, found)],
            acts=acts_on(user, found, (P.REMAINS_WRITE, act("Add an element", "element-new", found.pk)))),
        Table("Samples", ("Sample", "Element", "Profiles"), [
            (link("sample", s), link("element", s.element), s.n_profiles) for s in samples_of(user, found)],
            numbers=(2,), acts=acts_on(user, found, (P.GENETIC_WRITE, act("Add a sample", "sample-new", found.pk)))),
        *_examined(user, found), *custody_section(user, found, "remains"), *_named(user, found),
    ]
    return record_page(request, found, kind="Remains", title=found.key, sections=sections,
                       acts=standard_acts(user, found, "remains"),
                       crumbs=in_case(found.case, ("Remains", "remains-list")))


@allowed(Permission.REMAINS_READ)
def element_page(request: Request, element_id: int) -> HttpResponse:
    """One bone or tooth."""
    user, found = request.user, element(request.user, element_id)
    sections = [Facts("The element", (
        ("Remains", link("remains", found.remains)), ("Bone", found.bone), ("Side", found.side),
        ("Portion", found.portion))), *custody_section(user, found, "element")]
    return record_page(request, found, kind="Element", title=found.key, sections=sections,
                       acts=standard_acts(user, found, "element"), crumbs=_way(found))


@allowed(Permission.REMAINS_READ)
def sample_page(request: Request, sample_id: int) -> HttpResponse:
    """One sample cut from remains; what was found in it for whoever may read genotypes."""
    user, found = request.user, sample(request.user, sample_id)
    genetic = may(user.role, P.GENETIC_READ)
    facts: list[tuple[str, Any]] = [("Remains", link("remains", found.remains)),
                                    ("Element", link("element", found.element))]
    sections: list[Any] = [Facts("The sample", facts)]
    if genetic:
        facts.append(("Rates of the laboratory", found.laboratory))
        sections.append(Table("Profiles", ("Profile", "Kind", "Recorded"), [
            (link("profile", p), p.get_kind_display(), p.recorded_at) for p in profiles_of_sample(user, found)],
            acts=acts_on(user, found, (P.GENETIC_WRITE, act("Add a profile", "profile-new", found.pk)))))
    sections += custody_section(user, found, "sample")
    acts = standard_acts(user, found, "sample")
    return record_page(request, found, kind="Sample", title=found.key, sections=sections, acts=acts,
                       crumbs=_way(found))


@allowed(Permission.GENETIC_READ)
def profile_page(request: Request, profile_id: int) -> HttpResponse:
    """What a laboratory reported of one sample."""
    found: Any = profile(request.user, profile_id)
    given, cut = found.reference_sample, found.remains_sample
    sections = [
        Facts("The profile", (
            ("Kind", found.get_kind_display()),
            ("Sample", link("reference-sample", given) if given else link("sample", cut)),
            ("Of", link("family", given.family, f"{given.family}: {given.member}") if given
             else link("remains", cut.remains)))),
        _reported(reported(request.user, found)),
    ]
    return record_page(request, found, kind="Profile", title=found.key, sections=sections,
                       acts=standard_acts(request.user, found, "profile"), crumbs=in_case(found.case))


def _reported(said: Any) -> Table | Facts:
    if isinstance(said, MitoProfile):
        return Facts("Haplotype", (("Ranges read", said.ranges_text),
                                   ("Differences from the rCRS", said.differences_text or "none")))
    if isinstance(said, YProfile):
        return Table("Haplotype", ("Marker", "Alleles"), [(m, "-".join(a)) for m, a in said.haplotype.items()])
    return Table("Genotypes", ("Marker", "Alleles"), [(m, str(g)) for m, g in said.genotypes.items()])


def _way(record: Any) -> Any:
    return in_case(record.case, ("Remains", "remains-list"), (record.remains.key, f"/remains/{record.remains_id}/"))


def _count(row: Any) -> str | None:
    if row.count is None:
        return None
    unit = {"box": "boxes", "person": "persons"}.get(row.unit, f"{row.unit}s") if row.count != 1 else row.unit
    return f"{row.count:,} {unit}"


def _remains_table(rows: Any) -> Table:
    return Table("Remains", ("Remains", "Sex", "Recovered", "Description", "Samples"), [
        (link("remains", r), r.sex, r.recovered, r.description, r.n_samples) for r in rows[:_SHOWN]], numbers=(4,))


def _examined(user: Any, found: Any) -> list[Table]:
    if not may(user.role, P.EXAMINATION_READ):
        return []
    return [Table("Examinations", ("Line", "When", "By", "Observed", "Concluded"), [
        (link("examination", e, e.line), e.dated, e.examiner, e.observation, e.conclusion)
        for e in examinations_of(user, found)],
        acts=acts_on(user, found, (P.EXAMINATION_WRITE, act("Add an examination", "examination-new", found.pk))))]


def _named(user: Any, found: Any) -> list[Table]:
    sections = []
    if may(user.role, P.PROPOSAL_READ):
        sections.append(Table("Proposals", ("Person", "Conclusion", "State", "Raised"), [
            (link("proposal", p, name_of(p.person)), Badge(p.conclusion), Badge(p.state), p.raised_at)
            for p in proposals(user).filter(remains=found)], empty="No name has been proposed."))
    if may(user.role, P.DECISION_READ):
        sections.append(Table("Decisions", ("Person", "Signed", "Withdrawn"), [
            (link("decision", d, name_of(d.person)), d.signed_at, d.withdrawn_at or "no")
            for d in decisions(user, withdrawn=True).filter(remains=found)], empty="No decision has been signed."))
    return sections
