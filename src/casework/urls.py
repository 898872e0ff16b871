"""All addresses of the desk."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.account.urls")), path("accounts/2fa/", include("allauth.mfa.urls"))]
