"""All addresses of the desk."""

from __future__ import annotations

from django.urls import include, path

from casework.api import api

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("api/", api.urls),
    path("accounts/", include("casework.web.login_urls")),
    path("", include("casework.web.urls")),
]

handler400 = "casework.web.errors.bad_request"
handler403 = "casework.web.errors.forbidden"
handler404 = "casework.web.errors.not_found"
handler500 = "casework.web.errors.server_error"
