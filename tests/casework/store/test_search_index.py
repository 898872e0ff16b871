"""PostgreSQL finds parts of names by an index."""

import pytest
from django.db import connection

from casework.policy import Role
from casework.queries.people import search
from casework.store import search_index
from casework.store.models import CaseFile, Person


@pytest.mark.postgresql
def test_the_index_stands_and_is_used_for_parts_of_names(case_file: CaseFile, account) -> None:
    assert search_index.stands()
    Person.objects.bulk_create(Person(case=case_file, key=f"P{i}", search_text=f" synthetic {i:05d} ")
                               for i in range(3_000))
    found = search(account(Role.HISTORIAN), case_file, "00042").order_by()
    assert found.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE store_person")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM store_person WHERE search_text LIKE '%00042%'")
        assert "homeward_person_search" in "".join(row[0] for row in cursor.fetchall())
