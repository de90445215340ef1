"""Metrics and readiness."""

import asyncio

import pytest
from json_head.asgi.links import STUCK_S
from json_head.gather.thread import ExtractionThread
from json_head.transports.fake import response

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.operation.operated import TOKEN, Operated

PATH = path_for("http://a.test/")


async def test_metrics_count_requests_by_outcome():
    client = Operated(requests=7)
    for path in (PATH, PATH, "/links?url=http://a.test/", "/nothing"):
        await client(path)
    samples = await client.metrics()
    name = 'json_head_requests_total{{outcome="{}",request="{}"}}'
    assert samples[name.format("answered", "heads")] == 2
    assert samples[name.format("answered", "links")] == samples[name.format("not-found", "other")] == 1
    assert samples['json_head_request_seconds_count{request="heads"}'] == 2
    assert samples['json_head_slots_limit{slot="requests"}'] == 7
    assert samples['json_head_buckets{limit="clients"}'] == 1


async def test_metrics_show_slots_in_use():
    client = Operated(lambda request: response(200, delay_s=0.3))
    requests = [asyncio.ensure_future(client(path)) for path in (PATH, "/links?url=http://a.test/")]
    await asyncio.sleep(0.1)
    samples = await client.metrics()
    assert samples['json_head_slots{slot="requests"}'] == 2 and samples['json_head_slots{slot="pages"}'] == 1
    await asyncio.gather(*requests)
    assert (await client.metrics())['json_head_slots{slot="requests"}'] == 0


async def test_labels_are_from_closed_lists():
    client = Operated()
    for number in range(20):
        await client(f"/path{number}", f"METHOD{number}")
        await client(path_for(f"http://host{number}.test/{number}"))
    assert len([name for name in await client.metrics() if name.startswith("json_head_requests_total")]) == 2


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"address": "127.0.0.1"}, 200), ({"address": "::1"}, 200), ({"address": "::ffff:127.0.0.1"}, 200),
        ({"address": "127.0.0.1", "host": "127.0.0.1:8006"}, 200), ({"address": "127.0.0.1", "host": "[fe80::1]:8006"}, 200),
        ({"address": "192.0.2.1"}, 403), ({"address": ""}, 403), ({"address": "127.0.0.1", "x_forwarded_for": "127.0.0.1"}, 403),
        ({"address": "127.0.0.1", "host": "rebound.test"}, 421), ({"address": "127.0.0.1", "host": ["localhost", "localhost"]}, 421),
        ({"address": "192.0.2.1", "authorization": f"Bearer {TOKEN}"}, 200),
        ({"address": "192.0.2.1", "host": "rebound.test", "authorization": f"Bearer {TOKEN}"}, 200),
        ({"address": "127.0.0.1", "authorization": "Bearer wrong"}, 401),
    ],
)  # fmt: skip
async def test_metrics_are_for_this_machine_and_for_tokens(given, status):
    assert (await Operated(tokens=(TOKEN,))("/metrics", **given)).status == status


@pytest.mark.parametrize("host", ["localhost:8006", "LOCALHOST", "127.0.0.1:8006", "links.example.org"])
async def test_metrics_of_a_named_server_can_be_read_on_this_machine(host):
    client = Operated(hosts=("links.example.org",))
    assert (await client("/metrics", address="127.0.0.1", host=host)).status == 200
    assert (await client("/metrics", address="127.0.0.1", host="localhost.rebound.test")).status == 421


async def test_networks_for_metrics_can_be_named():
    client = Operated(metrics=("10.0.0.0/8",))
    assert [(await client("/metrics", address=address)).status for address in ("10.1.2.3", "127.0.0.1")] == [200, 403]


async def test_a_relay_without_free_slots_is_not_ready():
    client = Operated(lambda request: response(200, delay_s=0.3), requests=1)
    assert ((await client("/readyz")).status, (await client("/readyz")).json) == (200, {"ok": True})
    running = asyncio.ensure_future(client(PATH))
    await asyncio.sleep(0.1)
    reply = await client("/readyz", host="any.test")
    assert (reply.status, reply.json["error"], reply.headers["retry-after"]) == (503, "busy", "2")
    assert (await client("/healthz")).status == 200
    await running
    assert (await client("/readyz")).status == 200


async def test_a_relay_whose_reader_does_not_end_is_not_ready(monkeypatch):
    client = Operated()
    monkeypatch.setattr(ExtractionThread, "slice_s", lambda self: STUCK_S + 1)
    assert (await client("/readyz")).status == 503
    monkeypatch.undo()
    assert (await client("/readyz")).status == 200


async def test_the_time_of_a_slice_is_known_while_it_runs():
    thread, seen = ExtractionThread(), []

    def extraction():
        seen.append(thread.slice_s())
        yield

    assert thread.slice_s() == 0
    await thread.run(extraction())
    assert seen[0] > 0 and thread.slice_s() == 0
