"""The process itself: memory, start, the first seconds, and the connect flow."""
import http.client
import threading
import time

from .. import machine, pairs, places
from ..bed import Bed
from ..load import Rejected, Wrk
from .keys import MANY_BYTES, many_bed, many_count
from .reads import read
from .storms import NO_AHEAD

MIB = 2**20
CALLERS = 256
FEW = 1_000  # connections whose calls the audit log takes at any rate: it counts those of one connection and second as one event
FLOWS_AT_ONCE = 6
PAUSE_MS = 100  # of each caller while they go through all connections, each of whose calls is an event of its own


def memory(results, plan):
    """Idle; then all connections are read into memory, a few are called at full speed, and all once more at a rate that their events can be written at."""
    places.need("wrk")
    with many_bed(plan) as bed:
        importing = bed.authpipe(loops=0, cpu="0,1", more=NO_AHEAD)
        connections = bed.many(importing, many_count(plan), MANY_BYTES)
        importing.stop()
        proxy = bed.authpipe(loops=0, cpu="0,1")
        proxy.await_ready()
        for number in range(3):
            read(proxy, "/v1/connections?limit=1", bed.headers())
        time.sleep(2 if plan.quick else 20)
        results.goal("M1", "idle", **pairs.summary([machine.memory_bytes(proxy.pid()) / MIB]))
        few, every = listing(bed, "few", connections[:FEW]), listing(bed, "every", connections)
        cold = through(bed, plan, proxy, every, len(connections), callers=8)
        with Watch(proxy) as watch:
            called = Wrk(bed.directory, "few", proxy.api + "/", bed.headers(), listing=few).run(2 if plan.quick else 10, CALLERS)
            before = proxy.work()["transactions"]
            warm = through(bed, plan, proxy, every, len(connections), CALLERS, PAUSE_MS)
        missed = proxy.work()["transactions"] - before
        results.write("read", connections=len(connections), cold=cold, few=called["requests"], warm=warm, transactions=missed, rss=watch.seen)
        if missed > warm / 100:
            raise RuntimeError(f"the connections are not cached: {missed:.0f} transactions for {warm} reads")
        results.goal("M1", "loaded", **pairs.summary([max(watch.seen)]), connections=len(connections), callers=CALLERS)


def listing(bed, name, connections):
    """A script that wrk reads, with their ids."""
    script = bed.directory / f"{name}-connections.lua"
    script.write_text("return {\n" + "".join(f'"{one}",\n' for one in connections) + "}\n")
    return script


def through(bed, plan, proxy, script, count, callers, pause_ms=0):
    """Reads each connection once. Cold reads wait for the store, and too many callers at once would be refused for that."""
    asked = 0
    pause = f"function delay() return {pause_ms} end\n" if pause_ms else ""
    for _ in range(100):
        if asked >= count:
            time.sleep(2.5)  # recorded calls are written each second
            return asked
        try:
            asked += Wrk(bed.directory, "through", proxy.api + "/", bed.headers(), listing=script, first=asked, more=pause).run(plan.seconds, callers)["requests"]
        except Rejected as reason:
            print(f"  a slice of reads is taken again: {reason}", flush=True)
    raise RuntimeError(f"only {asked} of {count} connections were read")


class Watch:
    """Looks at the memory of a proxy twice a second, while its callers have their connections open."""

    def __init__(self, proxy):
        self.proxy, self.seen = proxy, []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def look(self):
        while not self.stopped.wait(0.5):
            self.seen.append(round(machine.memory_bytes(self.proxy.pid()) / MIB, 1))

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(10)


def start(results, plan):
    """Until the first proxied call is answered, with the database up and the schema there."""
    with Bed() as bed:
        path = called(bed)
        taken = []
        for number in range(2 if plan.quick else 5):
            proxy = bed.authpipe(loops=0, cpu="0,1")
            until_answered(proxy, path, bed.headers())
            taken.append(time.monotonic() - proxy.process.started)
            cpu = proxy.cpu()
            proxy.await_ready()
            results.write("start", round=number, listening_s=round(proxy.listening_after, 3), first_200_s=round(taken[-1], 3), first_200_cpu_s=cpu,
                          ready_s=round(proxy.ready_after, 3), ready_cpu_s=proxy.cpu(), start_cache=proxy.start_cache())
            proxy.stop()
        results.goal("M2", "start", **pairs.summary(taken))
        loaded, cached = classes(bed, path)
        results.write("classes", loaded=loaded, from_start_cache=cached)
        print(f"  of {loaded} classes loaded until the first 200, {loaded - cached} are not from the start cache")


def first_seconds(results, plan):
    """The first ten seconds after it says that it is ready, of one proxy after the other, and when the last has settled."""
    places.need("wrk")
    with Bed() as bed:
        path = called(bed)
        cold = []
        for number in range(1 if plan.quick else 2):
            if cold:
                proxy.stop()
            proxy = bed.authpipe()
            proxy.await_ready()
            load = Wrk(bed.directory, "first", proxy.api + path, bed.headers())
            cold.append(pairs.measured(proxy, load, 3 if plan.quick else 10, 64))
            results.write("first seconds", round=number, cold=cold[-1])
        warmed = pairs.warm(proxy, load, plan)
        steady = [pairs.measured(proxy, load, plan.seconds, 64)["cpu_us"] for _ in range(2)]
        results.write("steady", warm=warmed, cpu_us=steady)
        results.goal("M3", "cold", **pairs.summary([one["cpu_us"] / min(steady) for one in cold]))


def called(bed):
    """What is called, by a connection that another proxy has made."""
    first = bed.authpipe()
    connection = bed.connect(first)
    first.stop()
    return f"/v1/proxy/{connection}/small"


def classes(bed, path):
    """How many classes are loaded until the first proxied call is answered, and how many of them come from the start cache."""
    log = bed.directory / "classes.log"
    proxy = bed.authpipe(loops=0, cpu="0,1", options=[f"-Xlog:class+load:file={log}"])
    until_answered(proxy, path, bed.headers())
    proxy.stop()
    lines = log.read_text().splitlines()
    return len(lines), sum("shared objects file" in line for line in lines)


def until_answered(proxy, path, headers):
    for _ in range(1000):
        try:
            read(proxy, path, headers)
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
    raise RuntimeError("no proxied call was answered")


def connect(results, plan):
    """CPU of the proxy for whole flows, one after the other, the page's own requests among them; PostgreSQL is counted apart."""
    count = 10 if plan.quick else 100
    with Bed() as bed:
        proxy = bed.authpipe()
        results.write("warm-up", subject="authpipe", **warm_flows(bed, proxy, count, most_seconds=5 if plan.quick else 90))
        spent = []
        for number in range(plan.pairs):
            before, postgres, compiled = proxy.cpu(), bed.postgres_cpu(), proxy.compiling()
            bed.flows(proxy, count)
            spent.append((proxy.cpu() - before) * 1000 / count)
            results.write("flows", round=number, count=count, cpu_ms=round(spent[-1], 3), compilers_ms=round((proxy.compiling() - compiled) * 1000 / count, 3),
                          postgres_ms=round((bed.postgres_cpu() - postgres) * 1000 / count, 3))
        results.goal("D1", "cpu", **pairs.summary(spent))


def warm_flows(bed, proxy, count, most_seconds):
    """
    Flows, some at a time for the sake of speed, until two batches that follow each other differ by less than 5 % and the compilers take less than 2 % of
    the second, or the time is over; CPU of a flow in each batch, and the compilers' share of the last.
    """
    end, batches, share = time.monotonic() + most_seconds, [], 1.0
    while time.monotonic() < end:
        before, compiled = proxy.cpu(), proxy.compiling()
        bed.flows(proxy, count, at_once=FLOWS_AT_ONCE)
        cpu = proxy.cpu() - before
        share = (proxy.compiling() - compiled) / max(cpu, 0.01)
        batches.append(round(cpu * 1000 / count, 3))
        if share < pairs.COMPILED and len(batches) > 1 and abs(batches[-1] - batches[-2]) < pairs.SETTLED * batches[-2]:
            break
    return {"flows": len(batches) * count, "cpu_ms": batches, "compilers": round(share, 3)}
