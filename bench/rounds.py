"""How do several things compare on a machine that is never quite still?

They are measured in turn, round after round, the order reversed each time; what is compared are rates of one round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from bench.asking import RENEWED, VOLLEYS
from bench.load import Fired, fire
from bench.servers import Server


@dataclass
class Variant:
    """One thing to measure; `make` gives the requests of one volley for a house of patients, each request different."""

    name: str
    server: Server
    make: Callable[[int], list[bytes]]
    expected: int
    against: str | None
    volleys: int = VOLLEYS
    fired: list[Fired] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def warm_up(self, clients: int, house: int) -> None:
        """A volley that is not measured: the program comes to know these patients."""
        fire(self.server.port, self.make(house), clients, self.expected)

    def measure(self, clients: int, house: int) -> None:
        """One round: some volleys, their requests made just before."""
        latencies, seconds, began = list[float](), 0.0, self.server.cpu()
        for _ in range(self.volleys):
            volley = fire(self.server.port, self.make(house), clients, self.expected)
            latencies += volley.latencies
            seconds += volley.seconds
        self.fired.append(Fired(latencies, seconds))
        self.processor.append((self.server.cpu() - began) / len(latencies))


@dataclass(frozen=True)
class Outcome:
    """A variant over all rounds; seconds, and requests per second. `ratios` are its rate by that of `against`."""

    name: str
    against: str | None
    rate: float
    p50: float
    p99: float
    processor: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return median(self.ratios)


def run(variants: list[Variant], rounds: int, clients: int, say: Callable[[str], None]) -> list[Outcome]:
    """Measures `rounds` rounds, after warming up wherever the patients are new."""
    order = list(variants)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        house, worn = divmod(number, RENEWED)
        if worn == 0:
            for variant in order:
                variant.warm_up(clients, house)
        for variant in order:
            variant.measure(clients, house)
        order.reverse()
    by_name = {variant.name: variant for variant in variants}
    return [_outcome(variant, by_name) for variant in variants]


def _outcome(variant: Variant, by_name: dict[str, Variant]) -> Outcome:
    base = variant if variant.against is None else by_name[variant.against]
    pooled = Fired([latency for fired in variant.fired for latency in fired.latencies], 1.0)
    return Outcome(
        name=variant.name,
        against=variant.against,
        rate=median(fired.rate for fired in variant.fired),
        p50=pooled.quantile(0.5),
        p99=pooled.quantile(0.99),
        processor=median(variant.processor),
        ratios=tuple(mine.rate / theirs.rate for mine, theirs in zip(variant.fired, base.fired, strict=True)),
    )
