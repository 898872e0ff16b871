"""The door of a web server that runs Python, such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from casework.store import triggers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
application = get_wsgi_application()
if triggers.missing():
    # An upgrade that was interrupted, or never said: some table would be written without an audit.
    raise RuntimeError("the register's tables are not up to date: say `homeward migrate`")
