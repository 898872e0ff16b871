"""From a proposal to a name: reviews, the signed decision, who was told, what was made public."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from casework.store.fields import PartialDateField
from casework.store.models.accounts import Account
from casework.store.models.cases import CaseFile
from casework.store.models.documents import Document
from casework.store.models.families import Family
from casework.store.models.people import Person
from casework.store.models.remains import Remains
from casework.store.models.runs import Run

__all__ = ["PROPOSAL_STATES", "Decision", "Proposal", "Review", "Telling"]

PROPOSAL_STATES = [(s, s) for s in ("proposed", "first review", "reviewed", "signed", "refused", "withdrawn")]


class Proposal(models.Model):
    """A name put forward for remains by a run, to be reviewed twice and signed, or refused.

    ``details``: what the run says of the pair, without genotypes; ``later``: what later runs say of it while it is
    under review, [{"run": 12, "proposed": true, "posterior": 0.9999}]. ``closed``: refused or withdrawn.
    """

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="proposals")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="proposals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proposals")
    remains = models.ForeignKey(Remains, on_delete=models.PROTECT, related_name="proposals")
    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    conclusion = models.CharField(max_length=20)
    meets_rule = models.BooleanField()
    posterior = models.FloatField()
    posterior_error = models.FloatField(default=0.0)
    log10_lr = models.FloatField()
    reason = models.TextField()
    details = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=PROPOSAL_STATES, default="proposed", db_index=True)
    raised_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)
    later = models.JSONField(default=list, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "person", "remains"], name="proposal_once")]

    def __str__(self) -> str:
        return f"{self.person} for {self.remains}"


class Review(models.Model):
    """One reviewer's verdict; the second reviewer does not see the first's."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="reviews")
    order = models.PositiveSmallIntegerField(choices=[(1, "first"), (2, "second")])
    reviewer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10, choices=[(v, v) for v in ("agree", "disagree")])
    reason = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "order"], name="review_once"),
            models.UniqueConstraint(fields=["proposal", "reviewer"], name="reviewers_differ"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.verdict}"


class Decision(models.Model):
    """A signed identification. It can be withdrawn; it cannot vanish, nor be public before the family is told."""

    case = models.ForeignKey(CaseFile, on_delete=models.PROTECT, related_name="decisions")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="decision")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    remains = models.ForeignKey(Remains, on_delete=models.PROTECT, related_name="decisions")
    reason = models.TextField()
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="family_told_before_public", condition=Q(published_at__isnull=True)
                                   | Q(told_at__isnull=False, told_at__lte=F("published_at"))),
            models.UniqueConstraint(fields=["remains"], condition=Q(withdrawn_at__isnull=True),
                                    name="remains_have_one_name"),
        ]

    def __str__(self) -> str:
        return f"{self.remains} is {self.person}"


class Telling(models.Model):
    """Who of a family was told what, when, by whom and how."""

    family = models.ForeignKey(Family, null=True, blank=True, on_delete=models.PROTECT, related_name="tellings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tellings")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="tellings")
    told = models.CharField(max_length=300)
    what = models.TextField()
    how = models.CharField(max_length=60, choices=[(h, h) for h in ("in person", "telephone", "letter", "other")])
    dated = PartialDateField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.told} told on {self.dated}"
