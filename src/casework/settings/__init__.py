"""The settings of a register, taken from a few variables of the environment (docs/register.md lists them)."""

from casework.settings.django import *  # noqa: F403  Django reads settings as names of one module
