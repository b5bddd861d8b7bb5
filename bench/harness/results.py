"""Raw results as JSON lines: one file, in which each scenario's lines replace those it had."""
import json
import time

from . import machine, places

VERSIONS = {"nginx": ["-v"], "haproxy": ["-v"], "wrk": ["-v"], "h2load": ["--version"], "node": ["--version"]}


def versions():
    known = {tool: machine.said([places.found(tool), *how]) if places.found(tool) else None for tool, how in VERSIONS.items()}
    known["java"] = machine.said([str(places.jdk() / "bin/java"), "-version"])
    known["authpipe"] = machine.said(["git", "-C", str(places.ROOT), "describe", "--always", "--dirty", "--exclude", "*"])
    return known


class Results:
    """Lines of one scenario, written as they come."""

    def __init__(self, path, scenario):
        self.path, self.scenario, self.began = path, scenario, time.monotonic()
        kept = [line for line in read(path) if line["scenario"] != scenario]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in kept))
        self.write("begin", time=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), machine=machine.described(), versions=versions(),
                   load_before=round(machine.load_average(), 2))

    def write(self, kind, **members):
        with open(self.path, "a") as lines:
            lines.write(json.dumps({"scenario": self.scenario, "kind": kind, **members}) + "\n")

    def slice(self, what):
        """A function that keeps slices under this heading."""
        return lambda subject, number, members: self.write("slice", what=what, subject=subject, round=number, **members)

    def goal(self, goal, part, **members):
        """One number for a row of the goal table."""
        self.write("goal", goal=goal, part=part, **members)

    def mine(self):
        return [line for line in read(self.path) if line["scenario"] == self.scenario]

    def end(self):
        self.write("end", seconds=round(time.monotonic() - self.began), load_after=round(machine.load_average(), 2))


def read(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
