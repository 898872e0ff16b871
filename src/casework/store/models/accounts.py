"""Accounts, the organisations they belong to, and the tokens of machines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from casework.policy import STAFF, Role

__all__ = ["Account", "ApiAnswer", "ApiToken", "Organisation"]


class Organisation(models.Model):
    """A laboratory, a mission in the field or an office; records and accounts belong to one."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(k, k) for k in ("laboratory", "mission", "office")])

    def __str__(self) -> str:
        return str(self.name)


class Account(AbstractUser):
    """Someone who may log in, in one role; ``family`` is the family of a family member."""

    role = models.CharField(max_length=40, choices=[(r.value, r.value) for r in Role], default=Role.PUBLIC.value)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT,
                                     related_name="accounts")
    family = models.ForeignKey("store.Family", null=True, blank=True, on_delete=models.PROTECT, related_name="accounts")
    full_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(
            name="account_family_of_family_member",
            condition=models.Q(family__isnull=True) | models.Q(role=Role.FAMILY.value))]

    @property
    def is_of_staff(self) -> bool:
        """Whether a second factor is compulsory."""
        return Role(self.role) in STAFF


class ApiToken(models.Model):
    """A token of a program that acts as an account; only its SHA-256 is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.name)


class ApiAnswer(models.Model):
    """What a machine's act was answered, so that the same request, sent twice, is done once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    request_digest = models.CharField(max_length=64)
    body = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "key"], name="answered_once")]

    def __str__(self) -> str:
        return str(self.key)
