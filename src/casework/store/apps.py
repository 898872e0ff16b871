"""The store as Django's application: on every connection the actor, after every migration the triggers."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from casework.store import actor, search_index, triggers

__all__ = ["StoreConfig"]


class StoreConfig(AppConfig):
    """Registers what has to happen outside the models."""

    name = "casework.store"
    label = "store"
    verbose_name = "Register"

    def ready(self) -> None:
        """Name the actor on every connection; write the triggers again whenever the tables have changed."""
        connection_created.connect(actor.introduce, dispatch_uid="homeward.actor")
        post_migrate.connect(triggers.after_migrations, sender=self, dispatch_uid="homeward.triggers")
        post_migrate.connect(search_index.after_migrations, sender=self, dispatch_uid="homeward.search")
