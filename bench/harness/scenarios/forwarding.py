"""Proxied calls beside nginx, HAProxy and Node: CPU per request, p99 under load, and what one call adds."""
import statistics

from .. import machine, pairs, places
from ..bed import Bed
from ..load import Rejected, Wrk
from ..subjects import HAProxy, Nginx, Node

CONNECTIONS = 64
PURPOSE = "forwarding"  # the same proxy and baselines for every body and number of callers


def others(bed, kinds):
    """Those of the baselines that are installed, started, and the reasons of those that are not."""
    started, reasons = {}, {}
    for kind in kinds:
        try:
            one = kind(bed)
            bed.running.append(one)
            one.start()
            started[one.name] = one
        except places.Missing as missing:
            reasons[kind.name] = str(missing)
    return started, reasons


def side_by_side(bed, kinds):
    """The proxy, its connection, the baselines and why some are not there. Whoever comes first starts them, and the next ones find them warm."""
    known = bed.known
    if "proxy" not in known:
        known["proxy"], known["baselines"], known["missing"] = bed.authpipe(), {}, {}
        known["connection"] = bed.connect(known["proxy"])
    started, missing = others(bed, [kind for kind in kinds if kind.name not in known["baselines"]])
    known["baselines"].update(started)
    known["missing"].update(missing)
    return known["proxy"], known["connection"], {kind.name: known["baselines"][kind.name] for kind in kinds if kind.name in known["baselines"]}, known["missing"]


def calls(bed, proxy, connection, path, baselines):
    """What each subject is asked."""
    asked = {"authpipe": (proxy, Wrk(bed.directory, "authpipe", f"{proxy.api}/v1/proxy/{connection}{path}", bed.headers()))}
    for name, one in baselines.items():
        asked[name] = (one, Wrk(bed.directory, name, one.url(path), one.headers()))
    return asked


def forward(results, plan, path, cpu_goal, p99_goal=None):
    places.need("wrk", "nginx")
    with Bed(keeping=PURPOSE) as bed:
        proxy, connection, baselines, missing = side_by_side(bed, [Nginx, HAProxy, Node])
        for name, reason in missing.items():
            results.write("skipped", subject=name, reason=reason)
        asked = calls(bed, proxy, connection, path, baselines)
        node = asked.pop("node", None)
        for name, (subject, load) in asked.items():
            results.write("warm-up", subject=name, cpu_us=pairs.warm(subject, load, plan, CONNECTIONS))
        counted = pairs.Work(proxy, plan) if p99_goal else None
        postgres = bed.postgres_cpu()
        kept = pairs.rounds(asked, plan, results.slice(f"forward{path}"), CONNECTIONS)
        calls_made = sum(row["authpipe"]["requests"] for row in kept)
        results.write("postgres", cpu_us_per_call=round((bed.postgres_cpu() - postgres) * 1e6 / calls_made, 3))
        results.goal(cpu_goal, "cpu", **pairs.ratios(kept, "authpipe", "nginx", lambda one: one["cpu_us"]))
        if p99_goal:
            results.goal(p99_goal, "p99", **pairs.ratios(kept, "authpipe", "nginx", lambda one: one["p99_us"]))
            results.goal("A2", "proxied_sql", **counted.by_calls("transactions", calls_made))
            results.goal("A2", "proxied_kms", **counted.by_calls("kek_calls", calls_made))
        if node:
            pairs.warm(*node, plan, CONNECTIONS, most=3)
            pairs.rounds({"node": node}, plan, results.slice(f"forward{path}"), CONNECTIONS, times=1)


def small(results, plan):
    forward(results, plan, "/small", "P1", "P4")


def large(results, plan):
    forward(results, plan, "/large", "P2")


def latency(results, plan):
    """One connection, everything on one CPU, so that no waking of another one is measured."""
    places.need("wrk", "nginx")
    with Bed(keeping=PURPOSE) as bed:
        proxy, connection, baselines, _ = side_by_side(bed, [Nginx])
        asked = calls(bed, proxy, connection, "/small", baselines)
        for name, (subject, load) in asked.items():
            results.write("warm-up", subject=name, cpu_us=pairs.warm(subject, load, plan, CONNECTIONS))
        machine.move(bed.upstream.process.pid, machine.SUBJECT_CPU)
        try:
            added(results, plan, bed, asked)
        finally:
            machine.move(bed.upstream.process.pid, machine.OTHER_CPU)


def added(results, plan, bed, asked):
    direct = Wrk(bed.directory, "direct", bed.upstream.origin + "/small", {})
    asked["direct"] = (bed.upstream.process, direct)
    kept = pairs.rounds(asked, plan, results.slice("latency"), connections=1, cpu=machine.SUBJECT_CPU)
    more = {name: [row[name]["p50_us"] - row["direct"]["p50_us"] for row in kept] for name in ("authpipe", "nginx")}
    if min(more["nginx"]) <= 0:
        raise Rejected("nginx added nothing that could be measured")
    results.goal("P3", "added", **pairs.summary([ours / theirs for ours, theirs in zip(more["authpipe"], more["nginx"])]),
                 added_us={name: statistics.median(values) for name, values in more.items()})
