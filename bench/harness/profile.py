"""Where the CPU of the proxy goes under load: JFR's samples of CPU time, by the nearest frame of ours and by subsystem."""
import collections
import json
import re
import subprocess
import time

from . import places
from .bed import Bed
from .load import Wrk
from .pairs import Plan, warm
from .scenarios import forwarding, reads

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<configuration version="2.0">
  <event name="jdk.CPUTimeSample"><setting name="enabled">true</setting><setting name="throttle">2ms</setting><setting name="stackTrace">true</setting></event>
  <event name="jdk.ObjectAllocationSample"><setting name="enabled">true</setting><setting name="throttle">300/s</setting><setting name="stackTrace">true</setting></event>
</configuration>
"""


def load(name, bed, proxy):
    if name in ("P1", "P2"):
        path = "/small" if name == "P1" else "/large"
        return forwarding.calls(bed, proxy, bed.connect(proxy), path, {})["authpipe"][1]
    if name == "A1":
        connection = bed.imported(proxy, 1, length=reads.TOKEN_BYTES)[0]
        return Wrk(bed.directory, "token", f"{proxy.api}/v1/connections/{connection}/token", bed.headers())
    raise places.Missing(f"{name} is no scenario of load; those are P1, P2 and A1")


def frame(one):
    method = one["method"]
    return f"{method['type']['name'].replace('/', '.')}.{method['name']}"


def samples(recording, event):
    ran = subprocess.run([places.jdk() / "bin/jfr", "print", "--json", "--stack-depth", "64", "--events", event, str(recording)],
                         capture_output=True, text=True, check=True)
    return [one["values"] for one in json.loads(ran.stdout)["recording"]["events"]]


def table(title, counts, total, most=25):
    print(f"\n{title}")
    for name, count in counts.most_common(most):
        print(f"  {100 * count / total:5.1f} %  {name}")


def run(names, quick):
    for name in names or ["P1", "A1"]:
        one(name.upper(), Plan(quick))
    return 0


def one(name, plan):
    recording = places.TARGET / f"{name}.jfr"
    settings = places.TARGET / "profile.jfc"
    settings.write_text(SETTINGS)
    recording.unlink(missing_ok=True)
    with Bed() as bed:
        # A recording from the start has the warm-up in it: samples before the moment noted below are left out.
        proxy = bed.authpipe(options=[f"-XX:StartFlightRecording:filename={recording},settings={settings},dumponexit=true"])
        wrk = load(name, bed, proxy)
        warm(proxy, wrk, plan)
        began = time.time()
        answered = wrk.run(3 if quick_seconds(plan) else 15, forwarding.CONNECTIONS)
        cpu = proxy.cpu()
        proxy.stop()
    print(f"{name}: {answered['requests']:,} requests, {answered['rps']:,.0f}/s, CPU of the whole life {cpu:.1f} s; {recording}")
    taken = [one for one in samples(recording, "jdk.CPUTimeSample") if after(one["startTime"], began)]
    report(taken)
    allocated(recording, began)


def quick_seconds(plan):
    return plan.quick


def after(text, moment):
    stamp = re.match(r"(\d+)-(\d+)-(\d+)T(\d+):(\d+):([\d.]+)", text).groups()
    here = time.mktime((*(int(part) for part in stamp[:5]), int(float(stamp[5])), 0, 0, -1))
    return here >= moment


def report(taken):
    by_thread, top, ours, inclusive = (collections.Counter() for _ in range(4))
    lost = 0
    for one in taken:
        thread = (one.get("eventThread") or {}).get("javaName") or "?"
        by_thread[re.sub(r"\d+", "N", thread)] += 1
        trace = one.get("stackTrace")
        if not trace or not trace["frames"]:
            lost += 1
            continue
        frames = [frame(each) for each in trace["frames"]]
        top[frames[0]] += 1
        ours[next((each for each in frames if each.startswith("dev.authpipe")), "(none of ours on the stack)")] += 1
        for each in set(frames):
            inclusive[each] += 1
    total = max(1, len(taken))
    print(f"{len(taken)} samples, {lost} without a stack")
    table("threads", by_thread, total, 8)
    table("top frames (self)", top, total)
    table("nearest frame of ours", ours, total)
    table("with everything below (inclusive)", collections.Counter({name: count for name, count in inclusive.items()
                                                                    if name.startswith(("dev.authpipe", "io.netty", "com.google", "sun.security", "javax.net", "com.github"))}), total, 45)


def allocated(recording, began):
    classes, places_of = collections.Counter(), collections.Counter()
    total = 0
    for one in samples(recording, "jdk.ObjectAllocationSample"):
        if not after(one["startTime"], began):
            continue
        weight = one["weight"]
        total += weight
        classes[one["objectClass"]["name"].replace("/", ".")] += weight
        trace = one.get("stackTrace")
        frames = [frame(each) for each in trace["frames"]] if trace else []
        places_of[next((each for each in frames if each.startswith("dev.authpipe")), frames[0] if frames else "?")] += weight
    if total:
        table("allocation by class", classes, total, 15)
        table("allocation by nearest frame of ours", places_of, total, 20)
