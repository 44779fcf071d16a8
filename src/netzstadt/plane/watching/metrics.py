"""Metrics in the form that Prometheus reads, with labels from short fixed lists."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from netzstadt.plane.ingest import Ingest
from netzstadt.plane.watching.facts import Facts

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 15, 60)
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# The first part of an address and the class that its requests count in; others are "public".
CLASSES = {
    "sta": "sensorthings",
    "live": "live",
    "office": "office",
    "account": "account",
    "health": "watching",
    "metrics": "watching",
    "api": "api",
}
_STATE = {
    "worker_heartbeat_age_s": ("netzstadt_worker_heartbeat_age_seconds", "Since a worker's sign."),
    "last_seal_age_s": ("netzstadt_audit_seal_age_seconds", "Since the last seal of the trail."),
    "audit_waiting": ("netzstadt_audit_waiting", "Events that wait for their seal."),
    "audit_unfollowed": ("netzstadt_audit_unfollowed", "Events search and notices do not know."),
    "last_backup_age_s": ("netzstadt_backup_age_seconds", "Since the last whole backup."),
    "outbox_age_s": ("netzstadt_outbox_age_seconds", "Age of the oldest entry of the outbox."),
    "duty_late_s": ("netzstadt_duty_late_seconds", "How late the latest duty is; below 0: due."),
    "database_connections": ("netzstadt_database_connections", "Connections to the database."),
    "database_bytes": ("netzstadt_database_bytes", "Size of the database."),
}


def class_of(path: str) -> str:
    """The class of an address, one of a few."""
    return CLASSES.get(path.split("/", 2)[1] if "/" in path else "", "public")


class Metrics:
    """The numbers of this process, and those that the database knows of all processes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Counter(
            "netzstadt_requests", "Requests.", ("route", "method", "status"), registry=self.registry
        )
        # Looking a label up takes a lock each time; there are a few dozen of them at most.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._seconds = Histogram(
            "netzstadt_request_seconds",
            "Time to the end of the answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def answered(self, *, path: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        route = class_of(path)
        found = self._known.get(key := (route, method, status // 100))
        if found is None:
            known = method if method in _METHODS else "other"
            found = (
                self._requests.labels(route, known, f"{status // 100}xx"),
                self._seconds.labels(route),
            )
            if known == method:
                self._known[key] = found
        found[0].inc()
        if route != "live":  # a stream lasts as long as somebody looks
            found[1].observe(seconds)

    def text(self, facts: Facts, ingest: Ingest | None, pools: dict[str, tuple[int, int]]) -> bytes:
        """Everything, as Prometheus reads it."""
        moment = CollectorRegistry()
        moment.register(_Moment(facts, ingest, pools))
        return generate_latest(self.registry) + generate_latest(moment)


class _Moment(Collector):
    """What is measured when it is asked."""

    def __init__(
        self, facts: Facts, ingest: Ingest | None, pools: dict[str, tuple[int, int]]
    ) -> None:
        self._facts = facts
        self._ingest = ingest
        self._pools = pools

    def collect(self) -> Iterator[Metric]:
        """The numbers of now."""
        facts = self._facts
        yield _gauge("netzstadt_ready", "1 if it is ready.", float(not facts.faults))
        yield _gauge("netzstadt_disk_free_bytes", "Free on the disk of the data.", facts.free)
        for name, (metric, text) in _STATE.items():
            value = facts.values.get(name)
            if value is not None:
                yield _gauge(metric, text, value)
        number = GaugeMetricFamily("netzstadt_jobs", "Jobs that are due.", labels=["state"])
        age = GaugeMetricFamily("netzstadt_jobs_oldest_seconds", "The oldest.", labels=["state"])
        for state, count, seconds in facts.jobs:
            number.add_metric([state], count)
            age.add_metric([state], seconds)
        yield from (number, age)
        pool = GaugeMetricFamily(
            "netzstadt_pool_connections", "Of the plane.", labels=["pool", "state"]
        )
        for name, (idle, size) in self._pools.items():
            pool.add_metric([name, "idle"], idle)
            pool.add_metric([name, "busy"], size - idle)
        yield pool
        if self._ingest is not None:
            for name, (text, value) in self._ingest.figures().items():
                yield _gauge(f"netzstadt_ingest_{name}", text, value)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)
