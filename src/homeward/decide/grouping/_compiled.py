"""How the kernels are compiled: three kinds, by who calls them and whether they allocate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

__all__ = ["allocating", "door", "lean"]

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])

_SHARED: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
# A kernel that Python does not call needs no wrapper for it: unpacking so many arrays is what compiles longest.
_INNER: dict[str, Any] = {**_SHARED, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_LEAN: dict[str, Any] = {**_INNER, "_nrt": False}


def lean(kernel: _Kernel) -> _Kernel:
    """A kernel that allocates nothing: counting references at each call would cost more than its work."""
    return cast(_Kernel, nb.njit(**_LEAN)(kernel))


def allocating(kernel: _Kernel) -> _Kernel:
    """A kernel that other kernels call."""
    return cast(_Kernel, nb.njit(**_INNER)(kernel))


def door(kernel: _Kernel) -> _Kernel:
    """A kernel that Python calls; what was compiled is kept on disk."""
    return cast(_Kernel, nb.njit(**_SHARED, cache=True)(kernel))
