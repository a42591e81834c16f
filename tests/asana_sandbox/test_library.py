"""Asana's own library finds here what it finds at Asana: its pages, its errors, its event streams."""

from collections.abc import Iterator

import asana
import pytest
from asana.rest import ApiException

from pmohub.testing.asana import Sandbox, Server, running


@pytest.fixture(scope="module")
def here() -> Iterator[tuple[Server, asana.ApiClient]]:
    with running(Sandbox(tasks=260)) as server:
        configuration = asana.Configuration()
        configuration.host, configuration.access_token = server.url, server.token
        configuration.return_page_iterator = True
        client = asana.ApiClient(configuration)
        yield server, client
        client.pool.close()
        client.pool.join()
        client.rest_client.pool_manager.clear()


def test_it_reads_every_page(here: tuple[Server, asana.ApiClient]) -> None:
    server, client = here
    spring = server.hands.project("Spring campaign 2027").gid
    asked = {"project": spring, "limit": 10, "opt_fields": "name,memberships.section.name"}
    found = list(asana.TasksApi(client).get_tasks(asked))
    assert [one["gid"] for one in found] == [one.gid for one in server.hands.tasks(spring)]
    assert all(one["memberships"][0]["section"]["name"] for one in found)


def test_it_writes_a_custom_field(here: tuple[Server, asana.ApiClient]) -> None:
    server, client = here
    task, field = server.hands.tasks("Brand refresh")[0].gid, server.hands.field("Briefing").gid
    told = asana.TasksApi(client).update_task({"data": {"custom_fields": {field: "By library"}}}, task, {})
    assert next(one["text_value"] for one in told["custom_fields"] if one["gid"] == field) == "By library"


def test_it_raises_what_is_refused(here: tuple[Server, asana.ApiClient]) -> None:
    with pytest.raises(ApiException) as refused:
        asana.TasksApi(here[1]).get_task("99", {})
    assert (refused.value.status, b"Unknown object" in refused.value.body) == (404, True)


def test_it_takes_its_sync_token_from_the_refusal(here: tuple[Server, asana.ApiClient]) -> None:
    server, client = here
    spring = server.hands.project("Spring campaign 2027").gid
    events = asana.EventsApi(client)
    first = next(iter(events.get_events(spring, {})), None)
    assert first is None
