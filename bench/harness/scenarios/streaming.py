"""A long body each way: what it adds to the peak of memory, and the CPU of a byte beside nginx."""
from .. import machine, pairs, places
from ..bed import Bed
from ..streams import call
from ..subjects import Nginx

GIB = 2**30


def one(subject, url, headers, length, up):
    machine.forget_peak(subject.pid())
    rss, cpu = machine.memory_bytes(subject.pid()), subject.cpu()
    passed = call(f"{url}/sink" if up else f"{url}/{length}", headers, length if up else 0)
    if passed["bytes"] != length:
        raise RuntimeError("a stream ended early")
    used = subject.cpu() - cpu
    return {"seconds": round(passed["seconds"], 3), "mib_per_s": round(length / 2**20 / passed["seconds"], 1),
            "cpu_ns_per_byte": round(used * 1e9 / length, 4),
            "rss_growth_mib": round((machine.memory_bytes(subject.pid(), "VmHWM") - rss) / 2**20, 1)}


def stream(results, plan):
    places.need("nginx")
    length = GIB // 8 if plan.quick else GIB
    with Bed() as bed:
        proxy = bed.authpipe()
        connection = bed.connect(proxy)
        nginx = bed.started(Nginx(bed))
        ways = {"authpipe": (proxy, f"{proxy.api}/v1/proxy/{connection}/stream", bed.headers()),
                "nginx": (nginx, nginx.url("/stream"), nginx.headers())}
        for way, up in (("down", False), ("up", True)):
            for subject, url, headers in ways.values():  # code and buffers are warm before memory is looked at
                one(subject, url, headers, length // 4, up)
            kept = []
            for number in range(1 if plan.quick else 3):
                row = {name: one(*asked, length, up) for name, asked in ways.items()}
                for name, members in row.items():
                    results.write("stream", way=way, subject=name, round=number, **members)
                kept.append(row)
            results.goal("P5", f"{way}_rss", **pairs.summary([row["authpipe"]["rss_growth_mib"] for row in kept]))
            results.goal("P5", f"{way}_cpu", **pairs.ratios(kept, "authpipe", "nginx", lambda slice: max(slice["cpu_ns_per_byte"], 0.001)))
