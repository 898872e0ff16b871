"""The command ``homeward``: the science on case files, from a terminal."""

from homeward.cli.app import app as science
from homeward.cli.app import main

__all__ = ["main", "science"]
