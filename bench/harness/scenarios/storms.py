"""Three replicas and a thousand callers for one credential: that has ended, that ends soon, that is disconnected."""
import time

from .. import pairs
from ..bed import Bed

REPLICAS = 3
CALLERS = 1000
LATENCY_MS = 200  # of the provider; long enough for every caller to have asked
PATIENCE_MS = 10_000  # of the provider, which answers sooner once every caller has been answered
NO_AHEAD = "refresh: {ahead: false}"


def replicas(bed, **how):
    """Each as it would be by itself, on both CPUs: this is about waiting, not about CPU."""
    return [bed.authpipe(loops=0, cpu="0,1", **how) for _ in range(REPLICAS)]


def kept_replicas(bed):
    """Those that the scenarios with the same purpose share, started by the first."""
    if "replicas" not in bed.known:
        bed.known["replicas"] = replicas(bed, more=NO_AHEAD)
    return bed.known["replicas"]


def storm(results, plan):
    count = 5 if plan.quick else 1000
    most_seconds = 15 if plan.quick else 150
    with Bed(keeping="replicas") as bed:
        proxies = kept_replicas(bed)
        bed.ground.ask("callers", replicas=[one.api for one in proxies], api_key=bed.api_key, count=CALLERS)
        waiting = bed.imported(proxies[0], count + 3, live=True, seconds=-60)
        for connection in waiting[:3]:
            bed.ground.ask("storm", connection=connection, latency_ms=LATENCY_MS)  # warm-up
        end = time.monotonic() + most_seconds
        rounds = []
        for connection in waiting[3:]:
            if time.monotonic() > end:
                break
            rounds.append(bed.ground.ask("storm", connection=connection, latency_ms=LATENCY_MS))
            results.write("round", number=len(rounds), **rounds[-1])
        calls = [one["provider_calls"] for one in rounds]
        results.goal("C1", "calls", median=max(calls), min=min(calls), max=max(calls), count=len(calls))
        results.goal("C1", "errors", **pairs.summary([sum(one["errors"] for one in rounds)]), rounds=len(rounds))
        results.goal("C2", "wait", **pairs.summary([one["p99_us"] / 1000 for one in rounds]))


def early(results, plan):
    """The access token lives an hour, the proxies' clock is 54 min 5 s ahead: for five minutes within the window in which it is renewed and handed out."""
    count = 3 if plan.quick else 20
    with Bed() as bed:
        importing = bed.authpipe(more=NO_AHEAD)
        ending = bed.imported(importing, count + 2, live=True, seconds=3600)
        importing.stop()
        proxies = replicas(bed, more=NO_AHEAD, options=["-Dbench.ahead=PT54M5S"])
        bed.ground.ask("callers", replicas=[one.api for one in proxies], api_key=bed.api_key, count=CALLERS)
        for connection in ending[:2]:
            bed.ground.ask("early", connection=connection, latency_ms=PATIENCE_MS)  # warm-up
        for connection in ending[2:]:
            asked = bed.ground.ask("early", connection=connection, latency_ms=PATIENCE_MS)
            results.write("round", **asked)
            if asked["errors"] or not asked["provider_calls"]:
                raise RuntimeError(f"not what was to be measured: {asked}")
        lines = [line for line in results.mine() if line["kind"] == "round"]
        results.goal("C3", "waited", **pairs.summary([100 * line["waited"] / line["callers"] for line in lines]))


def revocation(results, plan):
    with Bed(keeping="replicas") as bed:
        proxies = kept_replicas(bed)
        connections = bed.imported(proxies[0], 3 if plan.quick else 8)  # ten destructive calls a minute and key are let through
        seen = []
        for connection in connections:
            measured = bed.ground.ask("revocation", replicas=[one.api for one in proxies], api_key=bed.api_key, connection=connection)
            results.write("round", **measured)
            seen.append(max(measured["after_answer_us"]) / 1000)
        results.goal("A3", "seen", **{**pairs.summary(seen), "median": max(seen)})
