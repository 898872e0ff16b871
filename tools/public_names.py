"""Write the public names of every package of homeward, to be kept in tests/public_names.txt: `make names`."""

import importlib
import pkgutil
import sys

import homeward


def main() -> None:
    """Print each package, with the names in its ``__all__`` indented below it."""
    packages = ["homeward", *(m.name for m in pkgutil.walk_packages(homeward.__path__, "homeward.") if m.ispkg)]
    for package in sorted(packages):
        names = sorted(getattr(importlib.import_module(package), "__all__", ()))
        sys.stdout.write("\n".join([package, *(f"    {name}" for name in names)]) + "\n")


if __name__ == "__main__":
    main()
