"""What telling a control plane costs, and what callers notice when it is gone."""
import time

from .. import machine, pairs, places
from ..bed import Bed
from ..load import Rejected, Wrk
from .forwarding import CONNECTIONS

WINDOW_SECONDS = 60  # for which use is counted before it is reported
ROUNDS = 10  # so that both subjects together take longer than a window: use is reported at least once within them


def reporting(results, plan):
    """Two proxies that are alike, but for one being linked to a control plane; then that is stopped under load."""
    places.need("wrk")
    with Bed() as alone, Bed(linked=True) as linked:
        asked = {}
        for name, bed in (("alone", alone), ("linked", linked)):
            proxy = bed.authpipe()
            connection = bed.connect(proxy)
            asked[name] = (proxy, Wrk(bed.directory, name, f"{proxy.api}/v1/proxy/{connection}/small", bed.headers()))
        for name, (subject, load) in asked.items():
            results.write("warm-up", subject=name, cpu_us=pairs.warm(subject, load, plan, CONNECTIONS))
        before, threads = linked.ground.ask("plane"), link_seconds(asked["linked"][0])
        kept = pairs.rounds(asked, plan, results.slice("metadata"), CONNECTIONS, times=plan.pairs if plan.quick else ROUNDS)
        ratios = [row["linked"]["cpu_us"] / row["alone"]["cpu_us"] for row in kept]
        told = linked.ground.ask("unreachable")
        spent = link_seconds(asked["linked"][0]) - threads
        called = sum(row["linked"]["cpu_us"] * row["linked"]["requests"] for row in kept) / 1e6
        results.write("reports", before=before, after=told, link_threads_percent=round(100 * spent / called, 3))
        if told["reports"] == 0 or (told["usage"] == before["usage"] and not plan.quick):
            raise Rejected(f"the linked proxy did not report what was to be measured: {before}, then {told}")
        results.goal("F1", "cpu", **pairs.summary([100 * (ratio - 1) for ratio in ratios]), reports=told["reports"], usage=told["usage"] - before["usage"])
        results.goal("F1", "blocked", **stopped(results, plan, *asked["linked"]))


def link_seconds(proxy):
    """CPU of the threads that speak with the control plane; use is written down by one of many virtual threads, and not in this."""
    return machine.thread_seconds(proxy.pid(), "link-")


def stopped(results, plan, proxy, load):
    """How many calls fail while the control plane cannot be reached: until a window has ended, whose report finds nobody."""
    blocked = calls = number = 0
    end = time.monotonic() + (plan.seconds if plan.quick else WINDOW_SECONDS + 2)
    while time.monotonic() < end:
        try:
            slice = pairs.measured(proxy, load, plan.seconds, CONNECTIONS)
            calls += slice["requests"]
        except Rejected as reason:
            slice = {"rejected": str(reason)}
            blocked += max(1, reason.calls)
        results.slice("metadata, control plane stopped")("linked", number, slice)
        number += 1
    return {**pairs.summary([blocked]), "calls": calls}
