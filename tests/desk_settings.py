"""The desk's settings in tests: a folder of its own, plain static files, quick passwords, the rest as in service."""

import atexit
import os
import shutil
import tempfile

if "HOMEWARD_HOME" not in os.environ:
    os.environ["HOMEWARD_HOME"] = tempfile.mkdtemp(prefix="homeward-tests-")
    atexit.register(shutil.rmtree, os.environ["HOMEWARD_HOME"], ignore_errors=True)

from casework.settings import *  # noqa: F403  the folder has to be known before the settings are read

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  `homeward serve` makes it in service
