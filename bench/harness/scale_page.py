"""The tables of docs/scale.md, between comments that name them; the prose around them is written by hand."""
import re

from . import capacity, places
from .report import COSTS, costs, number

PAGE = places.ROOT / "docs/scale.md"
BETWEEN = "<!-- numbers {0}: begin -->\n{1}<!-- numbers {0}: end -->"


def table(heads, rows):
    return "".join(f"| {' | '.join(str(one) for one in row)} |\n" for row in [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows])


def big(value):
    """Three digits and a unit."""
    for size, unit in ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size * 0.9995:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def operations(lines, assumed):
    rows = costs([line for line in lines if line["scenario"] == "scale"])
    return table(["operation"] + [name for _, name in COSTS], [[name] + [number(line[key]) for key, _ in COSTS] for name, line in rows])


def measured_walls(lines, assumed):
    walls = capacity.found(lines, "walls")
    return table(["16 writers, 3 listeners, a flush that costs next to nothing", "commits a second"], [
        ["each its own row", f"{walls['own_row']:,}"], ["each its own row, and NOTIFY", f"{walls['own_row_and_notify']:,}"],
        ["each its own row, announced for many at once", f"{walls['own_row_announced']:,}"],
        ["all the same row, as in the log of one workspace", f"{walls['same_row']:,}"]])


def assumptions(lines, assumed):
    said = {
        "connections": f"{assumed.connections:,}", "calls per second, half of them token reads": f"{assumed.calls_per_second:,}", "workspaces, alike": f"{assumed.workspaces:,}",
        "replicas when caches are simulated": assumed.replicas, "cores of a replica": assumed.replica_cores, "of them busy, and of PostgreSQL's": f"{assumed.busy:.0%}",
        "an access token is renewed after, of its lifetime": f"{assumed.renewed_after:.0%}", "a commit is on disk and standby after": f"{assumed.commit_ms} ms",
        "a commit of recorded calls takes": f"{assumed.record_ms} ms", "of those a replica makes at once": assumed.records_at_once,
        "the head of a log stays locked besides": f"{assumed.head_ms} ms", "a keyset in use is proved to its KMS each": f"{assumed.kek_seconds:.0f} s",
        "audit events are kept": f"{assumed.audit_days} days", "a cached row takes": f"{assumed.sealed_bytes:,} bytes",
        "price of a core-hour, a GB-month, 10,000 KMS calls": f"{assumed.core_hour} / {assumed.gb_month} / {assumed.kms_10k_calls}"}
    return table(["assumed, not measured", ""], said.items())


def cases(lines):
    return [line for line in lines if line["kind"] == "simulated"]


def caches(lines, assumed):
    return table(["calls", "routed", "cached rows a replica", "lifetime", "miss", "miss a second", "own event"], [
        [line["distribution"], line["routing"], f"{line['cached']:,}", f"{line['lifetime']} s", f"{line['miss_share']:.1%}",
         big(line["miss_share"] * assumed.calls_per_second), f"{line['event_share']:.0%}"] for line in cases(lines)])


def needs(lines, assumed):
    of, rows = capacity.measured(lines), []
    for case in cases(lines):
        if case["routing"] == "by connection" or case["cached"] == 100_000:
            needed = capacity.load(of, assumed, case, case["lifetime"])
            rows.append([f"{case['distribution']}, {case['routing']}, {case['cached']:,} rows, {case['lifetime']} s", needed["replicas"],
                         *(number(round(needed["postgres_cores"][name], 1)) for name in ("calls: audit events", "cold reads", "refreshes", "idle replicas")),
                         big(sum(needed["wal_bytes"].values())) + "B/s", big(needed["events"]), big(needed["refreshes"]),
                         big(needed["refreshes"] * needed["replicas"]), big(needed["stored_day"]) + "B", big(needed["keyset_calls"])])
    return table(["case", "replicas", "PostgreSQL cores: audit", "cold reads", "refreshes", "idle", "WAL", "audit events/s", "refreshes/s",
                  "notifications delivered/s", "stored a day", "KMS calls/s"], rows)


def pick(lines, lifetime):
    """The case that walls and prices are told of: few calls for most connections, routed by connection, rows enough."""
    case = capacity.simulated(lines, lifetime=lifetime, distribution="zipf", routing="by connection", cached=1_000_000)
    return capacity.measured(lines), case


def walls(lines, assumed):
    rows = []
    for lifetime in (3600, 600):
        of, case = pick(lines, lifetime)
        needed = capacity.load(of, assumed, case, lifetime)
        for name, want, bear in sorted(capacity.walls(of, assumed, needed), key=lambda wall: -wall[1] / wall[2]):
            rows.append([f"{lifetime} s", name, big(want), big(bear), f"{want / bear:.2f}"])
    return table(["lifetime", "wall", "needed", "borne by one", "ratio"], rows)


def prices(lines, assumed):
    rows = []
    for lifetime in (3600, 600):
        of, case = pick(lines, lifetime)
        month = capacity.month(assumed, capacity.load(of, assumed, case, lifetime))
        rows.append([f"{lifetime} s", *(f"{value:,.0f}" for value in month.values()), f"{sum(month.values()):,.0f}"])
    return table(["lifetime", "replicas", "PostgreSQL and standby", "storage", "KMS", "a month"], rows)


TABLES = {"operations": operations, "measured walls": measured_walls, "assumed": assumptions, "caches": caches, "needs": needs, "walls": walls, "prices": prices}


def written(text, lines):
    """The page with its tables as the results have them."""
    for name, make in TABLES.items():
        pattern = re.compile(re.escape(f"<!-- numbers {name}: begin -->\n") + ".*?" + re.escape(f"<!-- numbers {name}: end -->"), re.S)
        if not pattern.search(text):
            raise KeyError(f"docs/scale.md has no place for {name}")
        made = BETWEEN.format(name, make(lines, capacity.Assumed()))
        text = pattern.sub(lambda _: made, text)
    return text
