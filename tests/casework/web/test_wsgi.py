"""No server starts on a register whose tables would be written without an audit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ASK = "import casework.wsgi; print(casework.wsgi.application is not None)"
_MIGRATE = "import sys; from casework.cli import main; sys.argv[1:] = ['migrate']; main()"
_DROP = ("import django; django.setup()\n"
         "from django.db import connection\n"
         "connection.cursor().execute('DROP TRIGGER homeward_store_person_update')")


@pytest.mark.sqlite
def test_a_register_without_its_triggers_is_not_served(tmp_path: Path) -> None:
    environment = {**os.environ, "HOMEWARD_HOME": str(tmp_path / "register"), "HOMEWARD_DATABASE": "",
                   "DJANGO_SETTINGS_MODULE": "casework.settings"}

    def python(program: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True,
                              check=False)

    assert "homeward migrate" in python(_ASK).stderr
    assert python(_MIGRATE).returncode == 0
    assert python(_ASK).stdout.strip().endswith("True")
    assert python(_DROP).returncode == 0
    assert "homeward migrate" in python(_ASK).stderr
