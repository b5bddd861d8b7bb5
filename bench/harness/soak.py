"""An hour, or as many minutes as are asked for, of mixed load at a rate that leaves the machine time: whether memory, threads or files grow."""
import http.client
import os
import statistics
import threading
import time

from . import machine, places
from .bed import Bed
from .load import Rejected, Wrk
from .results import Results
from .scenarios.reads import read

RESULTS = places.TARGET / "soak.jsonl"
CONNECTIONS = 2_000
CALLERS = 16
PAUSE_MS = 40
SLICE_SECONDS = 20
MOST_GROWTH_MIB = 16  # of the last quarter over the second: less is how an allocator breathes
MIXED = """
local all = dofile("%s")
local n = 0
function request()
  n = n + 1
  local one = all[n %% #all + 1]
  if n %% 2 == 0 then return wrk.format(nil, "/v1/connections/" .. one .. "/token") end
  return wrk.format(nil, "/v1/proxy/" .. one .. (n %% 15 == 1 and "/large" or "/small"))
end
function delay() return %d end
"""


def sample(pid):
    return {"rss_mib": round(machine.memory_bytes(pid) / 2**20, 1), "threads": len(os.listdir(f"/proc/{pid}/task")),
            "files": len(os.listdir(f"/proc/{pid}/fd"))}


def growth(samples, name):
    """Of the median of the last quarter over that of the second: the first is warm-up."""
    quarter = len(samples) // 4
    values = [one[name] for one in samples]
    return round(statistics.median(values[-quarter:]) - statistics.median(values[quarter:2 * quarter]), 1)


def disconnect(proxy, connection, headers):
    caller = http.client.HTTPConnection(proxy.api.split("//")[1], timeout=30)
    try:
        caller.request("DELETE", f"/v1/connections/{connection}", headers=headers)
        answer = caller.getresponse()
        answer.read()
        if answer.status // 100 != 2:
            raise RuntimeError(f"a disconnect was answered with {answer.status}")
    finally:
        caller.close()


def rare(bed, proxy):
    """What happens less often: somebody connects and disconnects, and keys that are none are tried."""
    disconnect(proxy, bed.connect(proxy), bed.headers())
    for number in range(20):
        read(proxy, "/v1/connections?limit=1", {"Authorization": "Bearer authpipe_key_of_nobody", "X-Forwarded-For": f"198.18.0.{number}"}, 401)


def run(minutes):
    places.need("wrk")
    results = Results(RESULTS, "soak")
    with Bed(alone=True) as bed:
        proxy = bed.authpipe(loops=0, cpu="0,1")
        proxy.await_ready()
        connections = bed.imported(proxy, CONNECTIONS, length=2048)
        listing = bed.directory / "soaked.lua"
        listing.write_text("return {\n" + "".join(f'"{one}",\n' for one in connections) + "}\n")
        load = Wrk(bed.directory, "soak", proxy.api + "/", bed.headers(), more=MIXED % (listing, PAUSE_MS))
        samples, calls, failed = [], 0, []
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            answered = {}
            caller = threading.Thread(target=lambda: answered.update(tried(load)))
            caller.start()
            rare(bed, proxy)
            caller.join()
            calls += answered.get("requests", 0)
            failed += [answered["rejected"]] if "rejected" in answered else []
            samples.append(sample(proxy.pid()))
            results.write("sample", number=len(samples), calls=calls, **samples[-1])
        grown = {name: growth(samples, name) for name in samples[0]}
    results.write("soak", minutes=minutes, calls=calls, rejected=failed, growth=grown, first=samples[0], last=samples[-1])
    results.end()
    print(f"soak: {minutes} minutes, {calls:,} calls, {len(failed)} slices rejected; growth of the last quarter over the second: {grown}; "
          f"at the end {samples[-1]}")
    return 0 if not failed and grown["rss_mib"] <= MOST_GROWTH_MIB else 1


def tried(load):
    try:
        return load.run(SLICE_SECONDS, CALLERS)
    except Rejected as reason:
        return {"rejected": str(reason)}
