"""bench/REPORT.md from raw results, and nothing else."""
import statistics

from . import results
from .goals import GOALS
from .scenarios import ALL


def number(value):
    if value is None:
        return "–"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 0.01:
        return f"{value:.2f}"
    return f"{value:.6f}".rstrip("0").rstrip(".") if value >= 0.000001 else "0"


def measured(line, part):
    unit = {"x": "", "%": " %", "": ""}.get(part.unit, " " + part.unit)
    spread = f" [{number(line['min'])} .. {number(line['max'])}]" if line["count"] > 1 else ""
    return f"{number(line['median'])}{spread}{unit}"


def limit(value, part):
    return ("≥ " if part.more_is_better else "") + number(value) + {"x": "", "": ""}.get(part.unit, " " + part.unit)


def rows(lines):
    """Id, measure, floor, goal, measured, verdict of each number of the table."""
    found = {(line["goal"], line["part"]): line for line in lines if line["kind"] == "goal"}
    table = []
    for goal in GOALS:
        for part in goal.parts:
            line = found.get((goal.id, part.key))
            if line:
                said, verdict = measured(line, part), {"goal": "goal met", "floor": "floor met", "missed": "**missed**"}[part.verdict(line["median"])]
            else:
                said, verdict = "–", "not measured: " + reason(goal.id, lines)
            table.append((goal.id, part.name, limit(part.floor, part), limit(part.goal, part), said, verdict))
    return table


def reason(goal, lines):
    scenarios = [name for name, one in ALL.items() if goal in one.goals]
    if not scenarios:
        return "there is no scenario for it yet"
    reasons = [line["reason"] for line in lines if line["kind"] == "not measured" and line["scenario"] in scenarios]
    return reasons[0] if reasons else "not run"


def subjects(lines):
    """CPU per request and latencies of each subject, medians over the slices of a scenario."""
    groups = {}
    for line in lines:
        if line["kind"] == "slice" and "rejected" not in line:
            groups.setdefault((line["what"], line["subject"]), []).append(line)
    return [(what, subject, len(slices), *(statistics.median(one[key] for one in slices) for key in ("cpu_us", "rps", "p50_us", "p99_us")))
            for (what, subject), slices in groups.items()]


COSTS = (("statements", "SQL statements"), ("transactions", "transactions"), ("wal_bytes", "WAL bytes"), ("stored_bytes", "bytes stored"),
         ("audit_events", "audit events"), ("kek_calls", "KMS calls"), ("postgres_cpu_us", "PostgreSQL CPU us"), ("proxy_cpu_us", "proxy CPU us"))


def costs(lines):
    """Rows of what each operation costs, idle replicas by the second, and warm calls."""
    rows = [(line["operation"], line) for line in lines if line["kind"] == "cost"]
    rows += [(f"{'one idle replica' if line['replicas'] == 1 else str(line['replicas']) + ' idle replicas'}, each second", line)
             for line in lines if line["kind"] == "idle"]
    rows += [(f"warm {line['what']} call, {line['replicas']} replica{'s' if line['replicas'] > 1 else ''}", line) for line in lines if line["kind"] == "warm"]
    return rows


def scale(lines):
    rows = costs([line for line in lines if line["scenario"] == "scale"])
    if not rows:
        return []
    return ["", "## Cost per operation", "", "Of one, over many; without full-page images in the WAL. [docs/scale.md](../docs/scale.md) says what follows.", "",
            "| operation | " + " | ".join(name for _, name in COSTS) + " |", "|---|" + "---:|" * len(COSTS),
            *(f"| {name} | " + " | ".join(number(line[key]) for key, _ in COSTS) + " |" for name, line in rows)]


def lines_of(path, scenario):
    """What a terminal is shown of one scenario."""
    lines = [line for line in results.read(path) if line["scenario"] == scenario]
    shown = [f"{what} {subject}: {cpu:.1f} us CPU a request, {rps:,.0f}/s, p50 {p50:,.0f} us, p99 {p99:,.0f} us"
             for what, subject, _, cpu, rps, p50, p99 in subjects(lines)]
    got = {(line["goal"], line["part"]) for line in lines if line["kind"] == "goal"}
    for goal in GOALS:
        for part in goal.parts:
            if (goal.id, part.key) in got:
                line = next(one for one in lines if one["kind"] == "goal" and (one["goal"], one["part"]) == (goal.id, part.key))
                shown.append(f"{goal.id} {part.name}: {measured(line, part)} ({part.verdict(line['median'])})")
    shown += [name + ": " + ", ".join(f"{said} {number(line[key])}" for key, said in COSTS) for name, line in costs(lines)]
    return shown


def written(path):
    lines = results.read(path)
    begins = [line for line in lines if line["kind"] == "begin"]
    text = ["# Measurements", "", "Written by `bench/run` from `bench/results.jsonl`; never by hand. How each number comes about: [bench](README.md).", ""]
    if begins:
        last = max(begins, key=lambda line: line["time"])
        machine = last["machine"]
        text += [f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['memory_gib']} GiB, Linux {machine['kernel']}. "
                 + ", ".join(f"{tool}: {said or 'not there'}" for tool, said in sorted(last["versions"].items())) + ".", ""]
    text += ["| id | measure |", "|---|---|", *(f"| {goal.id} | {goal.measure} |" for goal in GOALS), ""]
    text += ["| id | of it | floor | goal | measured: median [least .. most] | verdict |", "|---|---|---:|---:|---:|---|"]
    text += [f"| {' | '.join(row)} |" for row in rows(lines)]
    text += ["", "## Side by side", "", "Medians over the slices of one run; CPU is that of the subject, in microseconds per request.", "",
             "| scenario | subject | slices | CPU | requests/s | p50 us | p99 us |", "|---|---|---:|---:|---:|---:|---:|"]
    text += [f"| {what} | {subject} | {count} | {cpu:.1f} | {rps:,.0f} | {p50:,.0f} | {p99:,.0f} |"
             for what, subject, count, cpu, rps, p50, p99 in subjects(lines)]
    text += scale(lines)
    text += ["", "## Runs", "", "| scenario | began | seconds | version | load before | load after | slices rejected |", "|---|---|---:|---|---:|---:|---:|"]
    total = 0
    for begin in begins:
        mine = [line for line in lines if line["scenario"] == begin["scenario"]]
        end = next((line for line in mine if line["kind"] == "end"), {})
        rejected = sum("rejected" in line for line in mine)
        total += end.get("seconds", 0)
        text.append(f"| {begin['scenario']} | {begin['time']} | {end.get('seconds', '–')} | {begin['versions']['authpipe']} | {begin['load_before']} | {end.get('load_after', '–')} | {rejected} |")
    text += ["", f"{total // 60} min {total % 60} s for the scenarios above together; those of one run follow each other in the second column."]
    skipped = [line for line in lines if line["kind"] == "skipped"]
    if skipped:
        text += ["", *(f"* {line['scenario']}: without {line['subject']}, for {line['reason']}." for line in skipped)]
    return "\n".join(text) + "\n"
