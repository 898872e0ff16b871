"""docs/roles.md says what the code does."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_of_roles_is_what_the_code_says() -> None:
    spec = importlib.util.spec_from_file_location("roles_page", ROOT / "tools" / "roles_page.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    written = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    assert written == "\n".join(tool._page()), "run `.venv/bin/python tools/roles_page.py > docs/roles.md`"
