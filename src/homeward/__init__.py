"""Homeward accounts for the missing: the science, usable alone in a notebook or on case files."""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]

try:
    __version__ = version("homeward")
except PackageNotFoundError:  # a source tree that was not installed
    __version__ = "0.0.0"
