"""The API as one object: its routers, its errors, its description."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from casework.api import acts, cases, custody, decisions, imports, roster, runs
from casework.api.problems import CONTENT_TYPE, answer_problems
from casework.api.security import Token
from homeward import __version__

__all__ = ["api"]

_DESCRIPTION = """
Everything that the register's pages show, and the acts that machines need. Rows come by rising number, `limit` at a
time; the answer's `next` is what to send as `after`. What the account of the token may not see is not there.
Release of remains, signing, telling a family, publishing and withdrawing ask a person for a second factor, and are not
in the API.
"""


class _Described(NinjaAPI):
    """An API whose description says that refusals are of RFC 9457's form."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, answer in operation.get("responses", {}).items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"][CONTENT_TYPE] = answer["content"].pop("application/json")
        return schema


api = _Described(title="Homeward", version=__version__, description=_DESCRIPTION, auth=Token(), docs_url=None,
                 openapi_url="/openapi.json", urls_namespace="api")
answer_problems(api)
for _router in (cases.router, imports.router, acts.router, roster.router, custody.router, runs.router,
                decisions.router):
    api.add_router("/v1", _router)
