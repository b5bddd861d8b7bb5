"""What telling a control plane costs, and what callers notice when it is gone."""
from .. import pairs, places
from ..bed import Bed
from ..load import Rejected, Wrk
from .forwarding import CONNECTIONS


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
        kept = pairs.rounds(asked, plan, results.slice("metadata"), CONNECTIONS)
        ratios = [row["linked"]["cpu_us"] / row["alone"]["cpu_us"] for row in kept]
        results.goal("F1", "cpu", **pairs.summary([100 * (ratio - 1) for ratio in ratios]))
        reports = linked.ground.ask("plane", reachable=False)
        blocked, calls = 0, 0
        for number in range(2 if plan.quick else 5):
            try:
                slice = pairs.measured(*asked["linked"], plan.seconds, CONNECTIONS)
                calls += slice["requests"]
                results.slice("metadata, control plane stopped")("linked", number, slice)
            except Rejected as reason:
                blocked += 1
                results.write("slice", what="metadata, control plane stopped", subject="linked", round=number, rejected=str(reason))
        results.goal("F1", "blocked", **pairs.summary([blocked]), calls=calls, reports_before=reports)
        if reports == 0:
            raise Rejected("the linked proxy reported nothing, so that nothing was measured")
