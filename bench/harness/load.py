"""wrk, and what it says. The API key stands in a file of ours alone, not on a command line."""
import os
import re
import subprocess

from . import machine, places

UNITS = {"us": 1, "ms": 1000, "s": 1_000_000, "m": 60_000_000}
FORGER = """
local n = 0
function request()
  n = n + 1
  wrk.headers["X-Forwarded-For"] = string.format("198.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
  return wrk.format(nil, nil)
end
"""
LISTED = """
local all = dofile("%s")
local n = %d
function request()
  n = n %% #all + 1
  return wrk.format(nil, "/v1/connections/" .. all[n] .. "/token")
end
"""


class Rejected(Exception):
    """A slice that must not count; the message says why. calls: how many of it went wrong, where that is known."""

    def __init__(self, reason, calls=0):
        super().__init__(reason)
        self.calls = calls


def microseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]


def parsed(output, status=200):
    """Requests and latencies of one run; refuses one with socket errors or other answers than were asked for."""
    requests = int(re.search(r"(\d+) requests in", output).group(1))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    others = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    if errors and any(int(count) for count in errors.groups()):
        raise Rejected("socket errors: " + errors.group(0).split(": ", 1)[1], sum(int(count) for count in errors.groups()))
    unexpected = int(others.group(1)) if others else 0
    if status // 100 == 2 and unexpected:
        raise Rejected(f"{unexpected} answers other than 2xx", unexpected)
    if status // 100 != 2 and unexpected != requests:
        raise Rejected(f"{requests - unexpected} answers were 2xx, and none should be")
    if requests == 0:
        raise Rejected("no request")
    shares = {name: re.search(rf"^\s+{share}%\s+([\d.]+(?:us|ms|s|m))\s*$", output, re.M) for name, share in (("p50", 50), ("p99", 99))}
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))
    return {"requests": requests, "rps": rate, **{f"{name}_us": microseconds(found.group(1)) for name, found in shares.items()}}


class Wrk:
    """Calls one address; each run is a slice."""

    def __init__(self, directory, name, url, headers, status=200, forging=False, listing=None, first=0, more=""):
        self.url, self.status = url, status
        self.script = directory / f"{name}.lua"
        lines = "".join(f'wrk.headers["{key}"] = "{value}"\n' for key, value in headers.items())
        descriptor = os.open(self.script, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as script:
            script.write(lines + (FORGER if forging else "") + (LISTED % (listing, first) if listing else "") + more)

    def run(self, seconds, connections, cpu=machine.OTHER_CPU):
        ran = subprocess.run(["taskset", "-c", str(cpu), places.found("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency",
                              "-s", str(self.script), self.url], capture_output=True, text=True, timeout=seconds + 60)
        if ran.returncode != 0:
            raise Rejected(f"wrk ended with {ran.returncode}: {ran.stderr.strip()}")
        return parsed(ran.stdout, self.status)
