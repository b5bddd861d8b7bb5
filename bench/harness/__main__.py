"""bench/run"""
import signal
import sys
import time
import traceback

from . import micro, places, profile, report, results, scale_page, soak
from .bed import Grounds
from .load import Rejected
from .pairs import Plan
from .results import Results
from .scenarios import ALL


def chosen(names):
    """Scenarios by their own names or by ids of the goal table, each once, in the order of the table."""
    if not names:
        return list(ALL)
    wanted = []
    for name in names:
        found = [key for key, one in ALL.items() if name == key or name.upper() in one.goals]
        if not found:
            sys.exit(f"bench: there is no scenario {name}; there are: " + ", ".join(f"{key} ({' '.join(one.goals)})" for key, one in ALL.items()))
        wanted += found
    return [key for key in ALL if key in wanted]


def measure(name, path, plan, number="", started=None):
    """Runs one scenario; what cannot be measured here is written down with its reason."""
    results = Results(path, name)
    began = time.monotonic()
    print(f"{number}{name} ({' '.join(ALL[name].goals)})", flush=True)
    try:
        ALL[name].run(results, plan)
        worked = True
    except places.Missing as missing:
        results.write("not measured", reason=str(missing))
        print(f"  not measured: {missing}", flush=True)
        worked = True
    except (Rejected, RuntimeError, OSError) as failure:
        results.write("not measured", reason=f"it failed: {failure}")
        print(f"  failed: {failure}", flush=True)
        traceback.print_exc()
        worked = False
    results.end()
    for line in report.lines_of(path, name):
        print("  " + line)
    since = "" if started is None else f", {int(time.monotonic() - started) // 60} min {int(time.monotonic() - started) % 60} s in all"
    print(f"  {time.monotonic() - began:.0f} s{since}", flush=True)
    return worked


def write_pages():
    """The report, and docs/scale.md where everything is there that it is computed from."""
    places.REPORT.write_text(report.written(places.RESULTS))
    try:
        scale_page.PAGE.write_text(scale_page.written(scale_page.PAGE.read_text(), results.read(places.RESULTS)))
    except KeyError as missing:
        print(f"{scale_page.PAGE.name} is as it was: {missing}")


def main(arguments):
    if "--help" in arguments or "-h" in arguments:
        print((places.BENCH / "run").read_text().split("set -euo")[0].replace("#!/usr/bin/env bash\n", "").replace("# ", "").strip())
        return 0
    if arguments == ["--report"]:
        write_pages()
        return 0
    quick = "--quick" in arguments
    unknown = [one for one in arguments if one.startswith("--") and one not in ("--quick", "--profile", "--micro", "--soak")]
    if unknown:
        sys.exit(f"bench: unknown option {unknown[0]}; see bench/run --help")
    names = [one for one in arguments if not one.startswith("--")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))  # so that what it started ends with it
    places.build()
    if "--micro" in arguments:
        return micro.run(names, quick)
    if "--soak" in arguments:
        return soak.run(float(names[0]) if names else 60)
    if "--profile" in arguments:
        try:
            return profile.run(names, quick)
        finally:
            Grounds.stop_shared()
    path, page = (places.TARGET / "quick/results.jsonl", places.TARGET / "quick/REPORT.md") if quick else (places.RESULTS, places.REPORT)
    try:
        scenarios, started = chosen(names), time.monotonic()
        worked = [measure(name, path, Plan(quick), f"[{number}/{len(scenarios)}] ", started) for number, name in enumerate(scenarios, 1)]
    finally:
        Grounds.stop_shared()
    if quick:
        page.write_text(report.written(path))
    else:
        write_pages()
    print(f"report: {page}")
    return 0 if all(worked) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
