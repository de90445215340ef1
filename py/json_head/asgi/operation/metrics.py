"""Counts for Prometheus."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from json_head.asgi.note import Load

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
#: The environment variable with the folder that several processes share their counts in. prometheus_client reads it
#: when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
#: Upper bounds of the histogram in seconds. A request has 20 seconds.
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)


class Metrics:
    """The counts of this process, or with :data:`FOLDER` of all processes that share it.

    Args:
        requests: the slots for requests.
        pages: the slots for pages.
    """

    def __init__(self, requests: int, pages: int) -> None:
        self._registry = registry = CollectorRegistry()
        self._ended = Counter(
            "json_head_requests", "Requests to the API that have ended.", ("request", "outcome"), registry=registry
        )
        self._seconds = Histogram(
            "json_head_request_seconds", "Duration of requests to the API.", ("request",), buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        slots = Gauge("json_head_slots", "Slots in use.", ("slot",), registry=registry, multiprocess_mode="livesum")
        self._requests, self._pages = slots.labels("requests"), slots.labels("pages")
        limits = Gauge("json_head_slots_limit", "Slots.", ("slot",), registry=registry, multiprocess_mode="livesum")
        limits.labels("requests").set(requests)
        limits.labels("pages").set(pages)
        buckets = Gauge(
            "json_head_buckets", "Token buckets of rate limits in memory.", ("limit",), registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._buckets = [buckets.labels(limit) for limit in ("clients", "hosts", "addresses")]
        self._dropped = Gauge(
            "json_head_access_log_dropped", "Lines of the access log that were not written.", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._kinds: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        if FOLDER in os.environ:
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        else:
            ProcessCollector(registry=registry)

    def ended(self, request: str, outcome: str, seconds: float) -> None:
        """Count a request that has ended. Both texts are from closed lists."""
        key = request, outcome
        if key not in self._kinds:  # labels() takes longer than the rest
            self._kinds[key] = self._ended.labels(*key), self._seconds.labels(request)
        ended, histogram = self._kinds[key]
        ended.inc()
        histogram.observe(seconds)

    def update(self, load: Load, dropped: int) -> None:
        """Set what the process is busy with now."""
        self._requests.set(load.requests)
        self._pages.set(load.pages)
        for gauge, number in zip(self._buckets, (load.clients, load.hosts, load.addresses), strict=True):
            gauge.set(number)
        self._dropped.set(dropped)

    def as_text(self) -> bytes:
        """All counts in Prometheus's text format."""
        return generate_latest(self._registry)
