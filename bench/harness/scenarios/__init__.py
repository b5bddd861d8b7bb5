"""One module per kind of question; each scenario answers some rows of the goal table."""
from dataclasses import dataclass
from typing import Callable

from . import forwarding, keys, metadata, process, reads, scale, storms, streaming


@dataclass(frozen=True)
class Scenario:
    goals: tuple
    run: Callable


ALL = {
    "forward-small": Scenario(("P1", "P4", "A2"), forwarding.small),
    "forward-large": Scenario(("P2",), forwarding.large),
    "latency": Scenario(("P3",), forwarding.latency),
    "stream": Scenario(("P5",), streaming.stream),
    "token": Scenario(("A1", "A2", "E3"), reads.token),
    "forged": Scenario(("A4",), reads.forged),
    "revocation": Scenario(("A3",), storms.revocation),
    "storm": Scenario(("C1", "C2"), storms.storm),
    "early": Scenario(("C3",), storms.early),
    "reseal": Scenario(("E1",), keys.reseal),
    "memory": Scenario(("M1",), process.memory),  # after the other one that needs many connections
    "metadata": Scenario(("F1",), metadata.reporting),
    "start": Scenario(("M2",), process.start),
    "first-seconds": Scenario(("M3",), process.first_seconds),
    "connect": Scenario(("D1",), process.connect),
    "scale": Scenario((), scale.scale),
    "capacity": Scenario((), scale.simulated),
}
