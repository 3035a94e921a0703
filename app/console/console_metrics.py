"""The console's metrics, for Prometheus."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_COUNTERS = {
    "sign_ins": "Sessions begun.",
    "wrong_keys": "Unknown keys, answered with 401 or, where there were too many, 429.",
    "queries": "Queries that ended, by how.",
}
_GAUGES = {"sessions": "Sessions that have not ended.", "queries_open": "Queries that run or wait."}


class ConsoleMetrics(Collector):
    """Reads each value when it is asked for: a counter's by label, such as `{"401": 3}` for wrong keys."""

    def __init__(
        self,
        counters: Mapping[str, tuple[str, Callable[[], Mapping[str, int]]]],
        gauges: Mapping[str, Callable[[], int]],
    ) -> None:
        self._counters = counters
        self._gauges = gauges
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def collect(self) -> Iterator[Metric]:
        for name, (label, read) in self._counters.items():
            family = CounterMetricFamily(f"forewarn_console_{name}", _COUNTERS[name], labels=[label] if label else [])
            for value, count in read().items():
                family.add_metric([value] if label else [], count)
            yield family
        for name, level in self._gauges.items():
            yield GaugeMetricFamily(f"forewarn_console_{name}", _GAUGES[name], value=level())

    def page(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self._registry)
