"""Three replicas on one PostgreSQL beside one, and what each operation costs there: what docs/scale.md is computed from."""
import concurrent.futures
import time

from .. import capacity, costs, pairs, places, simulation
from ..bed import Bed
from ..load import Rejected, Wrk
from .storms import NO_AHEAD

REPLICAS = 3
CONNECTIONS = 21  # of each replica's wrk; three of them are what other scenarios have
BATCHES_SECONDS = 2.5  # recorded calls are written each second


class Several:
    """Replicas as one subject: what all of them use, over what all of them answered."""

    def __init__(self, proxies):
        self.proxies = proxies

    def cpu(self):
        return sum(one.cpu() for one in self.proxies)


class Together:
    """One wrk for each replica, at the same time."""

    def __init__(self, loads):
        self.loads = loads

    def run(self, seconds, connections, **how):
        with concurrent.futures.ThreadPoolExecutor(len(self.loads)) as threads:
            answers = [one.result() for one in [threads.submit(load.run, seconds, connections // len(self.loads), **how) for load in self.loads]]
        return {"requests": sum(one["requests"] for one in answers), "rps": sum(one["rps"] for one in answers),
                "p50_us": max(one["p50_us"] for one in answers), "p99_us": max(one["p99_us"] for one in answers)}


def scale(results, plan):
    places.need("wrk")
    with Bed(alone=not plan.quick) as bed:
        first = bed.authpipe(more=NO_AHEAD)
        costs.prepare(bed)
        operations(results, plan, bed, first)
        reads(results, plan, bed, first)
        idle(results, plan, bed, [first])
        proxies = [first] + [bed.authpipe(more=NO_AHEAD) for _ in range(REPLICAS - 1)]
        idle(results, plan, bed, proxies)
        warm(results, plan, bed, proxies)
        for one in proxies:
            one.stop()
        results.write("walls", **bed.ground.ask("walls", each_ms=300 if plan.quick else 3000))


def operations(results, plan, bed, proxy):
    """Flows, imports, refreshes, disconnects: of each several, one after the other or a few at a time."""
    few = 5 if plan.quick else 20  # the connect listener lets no more through from one address
    many = 50 if plan.quick else 400
    headers = bed.headers()
    bed.flows(proxy, few)  # compiles what is measured
    cost(results, "connect flow", few, costs.of(bed, [proxy], few, lambda: bed.flows(proxy, few)))
    cost(results, "import", many, costs.of(bed, [proxy], many, lambda: bed.imported(proxy, many, length=500)))
    for warming in (True, False):
        ended = bed.imported(proxy, many, live=True, seconds=-60)
        paths = [f"/v1/connections/{one}/token" for one in ended]

        def refreshed():
            costs.each(proxy, headers, paths)
            time.sleep(BATCHES_SECONDS)
        spent = costs.of(bed, [proxy], many, refreshed)
        if not warming:
            cost(results, "refresh", many, spent)
    leaving = bed.flows(proxy, 3 if plan.quick else 8)  # ten destructive calls a minute and key are let through
    cost(results, "disconnect", len(leaving), costs.of(bed, [proxy], len(leaving), lambda: costs.each(
        proxy, headers, [f"/v1/connections/{one}" for one in leaving], threads=1, method="DELETE")))


def reads(results, plan, bed, proxy):
    """Each of many connections read once by a replica that has none of them in memory, and then once more, and by wrk over all of them."""
    many = 200 if plan.quick else 4_000
    connections = bed.imported(proxy, many, length=500)
    paths = [f"/v1/connections/{one}/token" for one in connections]
    other = bed.authpipe(more=NO_AHEAD)
    costs.each(other, bed.headers(), [paths[0]])

    def read():
        costs.each(other, bed.headers(), paths)
        time.sleep(BATCHES_SECONDS)
    for operation in ("cold read, recorded", "warm read, recorded"):
        cost(results, operation, many, costs.of(bed, [other], many, read))
    script = bed.directory / "scale.lua"
    script.write_text("return {\n" + "".join(f'"{one}",\n' for one in connections) + "}\n")
    load = Wrk(bed.directory, "scale", other.api + "/", bed.headers(), listing=script)
    before = costs.counters(bed, [other])
    began = time.monotonic()
    try:
        answered = load.run(2 if plan.quick else 5, 64)
    except Rejected as reason:  # on a machine that does other things too, writes may hang for two seconds: then calls are refused
        results.write("recording", rejected=str(reason))
        other.stop()
        return
    time.sleep(BATCHES_SECONDS)
    spent = costs.differences(before, costs.counters(bed, [other]), 1)
    results.write("recording", seconds=round(time.monotonic() - began, 3), requests=answered["requests"], rps=answered["rps"],
                  connections=many, events=spent["audit_events"], transactions=spent["transactions"],
                  postgres_us_per_event=round(spent["postgres_cpu_us"] / max(spent["audit_events"], 1), 3),
                  proxy_us_per_call=round(spent["proxy_cpu_us"] / answered["requests"], 3))
    other.stop()


def idle(results, plan, bed, proxies):
    """What replicas ask of PostgreSQL while nobody asks them."""
    time.sleep(2)
    seconds = 2 if plan.quick else 10
    spent = costs.of(bed, proxies, seconds, lambda: time.sleep(seconds))
    results.write("idle", replicas=len(proxies), seconds=seconds, **spent)


def warm(results, plan, bed, proxies):
    """One connection, in every replica's memory: access tokens and proxied calls, one replica and three in turn."""
    connection = bed.connect(proxies[0])
    for what, path in (("token", f"/v1/connections/{connection}/token"), ("proxied", f"/v1/proxy/{connection}/small")):
        loads = [Wrk(bed.directory, f"{what}{number}", one.api + path, bed.headers()) for number, one in enumerate(proxies)]
        asked = {"1 replica": (Several(proxies[:1]), Together(loads[:1])), "3 replicas": (Several(proxies), Together(loads))}
        for subject, load in asked.values():
            pairs.warm(subject, load, plan, REPLICAS * CONNECTIONS, most=2)
        for name, (subject, load) in asked.items():
            before = costs.counters(bed, subject.proxies)
            kept = pairs.rounds({name: (subject, load)}, plan, results.slice(f"scale {what}"), REPLICAS * CONNECTIONS, times=1)
            calls = sum(row[name]["requests"] for row in kept)
            results.write("warm", what=what, replicas=len(subject.proxies), calls=calls,
                          **costs.differences(before, costs.counters(bed, subject.proxies), calls, digits=6))


def cost(results, operation, count, spent):
    results.write("cost", operation=operation, count=count, **spent)


LIFETIMES = (3600, 600)
ROUTINGS = ("random", "by connection")
CACHED = (100_000, 1_000_000)


def simulated(results, plan):
    """What caches find and what is recorded, with the deployment that docs/scale.md assumes. Nothing is started."""
    assumed = capacity.Assumed()
    for lifetime in LIFETIMES[:1] if plan.quick else LIFETIMES:
        for distribution in simulation.DISTRIBUTIONS:
            for routing in ROUTINGS:
                for cached in CACHED[:1] if plan.quick else CACHED:
                    shares = simulation.run(assumed.connections, assumed.calls_per_second, assumed.replicas, cached, lifetime * assumed.renewed_after,
                                            distribution, routing == "by connection", measured=20_000 if plan.quick else 100_000)
                    results.write("simulated", lifetime=lifetime, distribution=distribution, routing=routing, cached=cached, replicas=assumed.replicas,
                                  **shares)
