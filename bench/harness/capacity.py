"""
What a deployment needs, computed from measured costs (results.jsonl, scenario scale) and simulated caches. Everything here is arithmetic on stated
numbers: what is assumed and not measured stands in Assumed.
"""
import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Assumed:
    """A deployment that nobody has built here. Prices are parameters, no claim about anybody's list."""
    connections: int = 10_000_000
    calls_per_second: int = 100_000
    token_share: float = 0.5          # of calls: access tokens handed out; the rest are proxied
    workspaces: int = 10_000
    replicas: int = 20                # in the simulation of caches
    replica_cores: int = 4
    busy: float = 0.5                 # of a replica's, and of PostgreSQL's, cores
    cached_rows: int = 100_000        # cache.rows
    sealed_bytes: int = 2_600         # a cached row: 2 KiB sealed and half a KiB around it
    renewed_after: float = 0.85       # of an access token's lifetime, in the middle of its early window
    commit_ms: float = 1.0            # until a commit is on disk and on a standby
    head_ms: float = 0.4              # two statements more, for which the head of a log stays locked
    record_ms: float = 2.0            # of one commit of recorded calls
    records_at_once: int = 4          # workspaces whose calls a replica records beside each other
    kek_seconds: float = 40.0         # a keyset in use is proved to its KMS this often
    audit_days: int = 90              # how long bodies of events are kept
    core_hour: float = 0.04
    gb_month: float = 0.10
    kms_10k_calls: float = 0.03


def found(lines, kind, **members):
    for line in lines:
        if line["scenario"] in ("scale", "capacity") and line["kind"] == kind and all(line.get(name) == value for name, value in members.items()):
            return line
    raise KeyError(f"{kind} {members}: run bench/run scale capacity")


def measured(lines):
    """The costs that everything is computed from, in microseconds, bytes and counts of one."""
    cost = {name: found(lines, "cost", operation=operation) for name, operation in (
        ("connect", "connect flow"), ("refresh", "refresh"), ("cold", "cold read, recorded"), ("event", "warm read, recorded"),
        ("disconnect", "disconnect"), ("import", "import"))}
    warm = {what: found(lines, "warm", what=what, replicas=1) for what in ("token", "proxied")}
    one, three = (found(lines, "idle", replicas=count) for count in (1, 3))
    idle = {name: (three[name] - one[name]) / 2 for name in ("statements", "transactions", "postgres_cpu_us", "proxy_cpu_us", "wal_bytes")}
    return {**cost, **warm, "idle": idle, "walls": found(lines, "walls")}


def simulated(lines, **members):
    return found(lines, "simulated", **members)


def load(of, assumed, shares, lifetime_seconds):
    """What the deployment does each second, and what that takes."""
    refreshes = assumed.connections / (lifetime_seconds * assumed.renewed_after)
    calls = assumed.calls_per_second
    cold = calls * shares["miss_share"]
    events = calls * shares["event_share"]
    only_cold = {name: max(0.0, of["cold"][name] - of["event"][name]) for name in ("postgres_cpu_us", "proxy_cpu_us", "wal_bytes", "transactions", "statements")}
    warm_us = assumed.token_share * of["token"]["proxy_cpu_us"] + (1 - assumed.token_share) * of["proxied"]["proxy_cpu_us"]
    proxy_us = calls * warm_us + cold * only_cold["proxy_cpu_us"] + refreshes * of["refresh"]["proxy_cpu_us"]
    replicas = max(1, math.ceil(proxy_us / 1e6 / assumed.busy / assumed.replica_cores))
    idle = of["idle"]

    def postgres(name):
        return {"calls: audit events": events * of["event"][name], "cold reads": cold * only_cold[name], "refreshes": refreshes * of["refresh"][name],
                "idle replicas": replicas * idle[name]}
    return {
        "refreshes": refreshes, "cold": cold, "events": events + refreshes * of["refresh"]["audit_events"], "replicas": replicas,
        "proxy_cores": proxy_us / 1e6 / assumed.busy,
        "postgres_cores": {name: value / 1e6 / assumed.busy for name, value in postgres("postgres_cpu_us").items()},
        "wal_bytes": postgres("wal_bytes"),
        "transactions": {**postgres("transactions"), "calls: audit events": min(events, replicas * min(assumed.workspaces, calls / replicas))},
        "notifications": refreshes,
        "event_bytes": of["event"]["stored_bytes"],
        "stored_day": events * of["event"]["stored_bytes"] * 86_400 + refreshes * of["refresh"]["stored_bytes"] * 86_400,
        "keyset_calls": assumed.workspaces * replicas / assumed.kek_seconds,
        "cache_bytes": assumed.cached_rows * assumed.sealed_bytes,
    }


def walls(of, assumed, needed):
    """How many of each one PostgreSQL, or one workspace, bears a second, beside what is needed; the first is where the ratio is highest."""
    head = 1000 / (assumed.commit_ms + assumed.head_ms)
    return [
        ("changes announced by one PostgreSQL, one a refresh, many with one commit", needed["refreshes"], of["walls"]["own_row_announced"]),
        ("commits to the log of one workspace, were all connections in it", needed["refreshes"] + needed["replicas"], head),
        ("commits to the log of one workspace of many alike", (needed["refreshes"] + needed["transactions"]["calls: audit events"]) / assumed.workspaces, head),
        ("audit events, by the CPU of 32 cores", needed["events"], 32 * assumed.busy * 1e6 / of["event"]["postgres_cpu_us"]),
        ("refreshes, by the CPU of 32 cores", needed["refreshes"], 32 * assumed.busy * 1e6 / of["refresh"]["postgres_cpu_us"]),
        ("recorded calls that wait at a replica, beyond which it refuses",
         assumed.calls_per_second / needed["replicas"] * assumed.workspaces * assumed.record_ms / 1000 / assumed.records_at_once, 100_000),
        ("WAL, at 200 MB/s", sum(needed["wal_bytes"].values()), 200e6),
        ("audit events in one table, at 20 TB", needed["stored_day"] * assumed.audit_days, 20e12),
    ]


def month(assumed, needed):
    """What a month costs at the stated prices, without traffic and people."""
    hours = 730
    return {
        "replicas": needed["replicas"] * assumed.replica_cores * hours * assumed.core_hour,
        "PostgreSQL": sum(needed["postgres_cores"].values()) * 2 * hours * assumed.core_hour,  # with a standby of the same size
        "storage": needed["stored_day"] * assumed.audit_days / 1e9 * 2 * assumed.gb_month,
        "KMS": needed["keyset_calls"] * hours * 3600 / 10_000 * assumed.kms_10k_calls,
    }
