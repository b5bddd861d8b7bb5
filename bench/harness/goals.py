"""The goal table: what each row measures, the floor under which it must not be, and the goal."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One number of a row; floor and goal are the most it may be, or the least where more is better."""
    key: str
    name: str
    unit: str
    floor: float
    goal: float
    more_is_better: bool = False

    def verdict(self, value):
        def holds(limit):
            return value >= limit if self.more_is_better else value <= limit
        return "goal" if holds(self.goal) else "floor" if holds(self.floor) else "missed"


@dataclass(frozen=True)
class Goal:
    id: str
    measure: str
    parts: tuple


GOALS = (
    Goal("P1", "proxied call, TLS upstream, 200 B, everything on: CPU per request over nginx", (
        Part("cpu", "", "x", 2.0, 1.2),)),
    Goal("P2", "the same at 10 KB", (
        Part("cpu", "", "x", 1.8, 1.15),)),
    Goal("P3", "added p50, 1 connection, one core, TLS, over nginx's added p50", (
        Part("added", "", "x", 2.5, 1.2),)),
    Goal("P4", "p99 at 64 connections over nginx's, paired", (
        Part("p99", "", "x", 3, 1.3),)),
    Goal("P5", "1 GB streamed each way: growth of peak RSS; CPU per byte over nginx", (
        Part("down_rss", "down, RSS", "MiB", 32, 8), Part("up_rss", "up, RSS", "MiB", 32, 8),
        Part("down_cpu", "down, CPU", "x", 3, 1.3), Part("up_cpu", "up, CPU", "x", 3, 1.3))),
    Goal("A1", "warm token read (2 KB, opened each time) over hello of the same server", (
        Part("cpu", "", "x", 3.0, 1.5),)),
    Goal("A2", "transactions and KMS calls per warm token read and per warm proxied call", (
        Part("token_sql", "token, SQL", "", 0.01, 0.01), Part("proxied_sql", "proxied, SQL", "", 0.01, 0.01),
        Part("token_kms", "token, KMS", "", 0.001, 0.001), Part("proxied_kms", "proxied, KMS", "", 0.001, 0.001))),
    Goal("A3", "revocation seen by every replica while A2 holds", (
        Part("seen", "", "ms", 5000, 100),)),
    Goal("A4", "forged key over hello; SQL", (
        Part("cpu", "CPU", "x", 3, 1.2), Part("sql", "SQL", "", 1, 0.01))),
    Goal("C1", "provider calls for one expired credential, 3 replicas, 1,000 callers; callers that got an error", (
        Part("calls", "calls, most of any round", "", 1, 1), Part("errors", "errors, all rounds", "", 0, 0))),
    Goal("C2", "p99 wait in that storm beyond the provider's latency", (
        Part("wait", "", "ms", 500, 20),)),
    Goal("C3", "callers inside the early-refresh window that wait", (
        Part("waited", "", "%", 1, 0),)),
    Goal("E1", "reseal under reads: rows per second; failed reads", (
        Part("rows", "rows", "/s", 10_000, 40_000, True), Part("failed", "failed reads", "", 0, 0))),
    Goal("E3", "KMS calls of token reads, one workspace: warm, per minute (floor: 10 per million reads); from cold", (
        Part("warm", "warm", "/min", 10, 2), Part("cold", "cold", "", 100, 1))),
    Goal("F1", "CPU added by metadata reporting and batched usage records; calls blocked by a stopped control plane", (
        Part("cpu", "CPU", "%", 10, 2), Part("blocked", "blocked", "", 0, 0))),
    Goal("M1", "RSS idle / at 256 connections with 100,000 cached connections", (
        Part("idle", "idle", "MiB", 256, 130), Part("loaded", "loaded", "MiB", 512, 250))),
    Goal("M2", "start to first proxied 200, database up", (
        Part("start", "", "s", 3, 0.6),)),
    Goal("M3", "CPU per request in the first 10 s after ready over steady state", (
        Part("cold", "", "x", 8, 1.5),)),
    Goal("D1", "connect flow: CPU for start, callback and finish, without the provider", (
        Part("cpu", "", "ms", 5, 1),)),
)
