"""Slices, warm-up, and the ratio of two subjects: A B A B, the median of the ratios of neighbours, with the least and the most."""
import statistics
import time

from .load import Rejected

SETTLED = 0.05
COMPILED = 0.02


class Plan:
    """How long and how often; a quick run shows that everything works and measures little."""

    def __init__(self, quick=False):
        self.quick = quick
        self.pairs = 2 if quick else 5
        self.seconds = 1 if quick else 3
        self.warm_seconds = 1 if quick else 3
        self.warm_calls = 3_000 if quick else 100_000
        self.warm_least = 2 if quick else 3
        self.warm_most = 4 if quick else 24


def measured(subject, load, seconds, connections, **how):
    """One slice: what was answered, and the CPU of the subject over it."""
    before = subject.cpu()
    began = time.monotonic()
    answered = load.run(seconds, connections, **how)
    cpu = subject.cpu() - before
    return {**answered, "seconds": round(time.monotonic() - began, 3), "cpu_us": round(cpu * 1e6 / answered["requests"], 3)}


def compilers(subject):
    """CPU of its compilers so far, where it has any."""
    return subject.compiling() if hasattr(subject, "compiling") else 0


def warm(subject, load, plan, connections=64, most=None, **how):
    """
    Until two slices that follow each other differ by less than 5 %, after enough calls for a compiler, whose share of a slice is less than 2 % by then, or
    the bound is reached; all of them.
    """
    slices, calls = [], 0
    compiled = compilers(subject)
    while len(slices) < (most or plan.warm_most):
        busy = False
        try:
            slice = measured(subject, load, plan.warm_seconds, connections, **how)
            slices.append(slice["cpu_us"])
            calls += slice["requests"]
            before, compiled = compiled, compilers(subject)
            busy = not plan.quick and compiled - before > COMPILED * slice["cpu_us"] * slice["requests"] / 1e6
        except Rejected as reason:
            slices.append(f"rejected: {reason}")
        settled = all(isinstance(one, float) for one in slices[-2:])
        if calls >= plan.warm_calls and len(slices) >= plan.warm_least and settled and not busy and abs(slices[-1] - slices[-2]) < SETTLED * slices[-2]:
            break
    return slices


def summary(values):
    return {"median": round(statistics.median(values), 3), "min": round(min(values), 3), "max": round(max(values), 3), "count": len(values)}


def rounds(subjects, plan, record, connections=64, times=None, **how):
    """
    One slice of each subject per round, in their order; record(name, round, slice) keeps them. A slice that is rejected is taken once
    more, then its round does not count for anybody.
    """
    kept = []
    for number in range(times or plan.pairs):
        row = {}
        for name, (subject, load) in subjects.items():
            for attempt in (1, 2):
                try:
                    row[name] = measured(subject, load, plan.seconds, connections, **how)
                    record(name, number, row[name])
                    break
                except Rejected as reason:
                    record(name, number, {"rejected": str(reason), "attempt": attempt})
        if len(row) == len(subjects):
            kept.append(row)
    if not kept:
        raise Rejected("no round was without errors")
    return kept


def ratios(kept, a, b, of):
    return summary([of(row[a]) / of(row[b]) for row in kept])


class Work:
    """
    SQL transactions and KMS calls of a proxy from now on, without what it does by the clock alone: its jobs, its listening for changes, the proof that its
    keys still stand. How much that is, is looked at first, while nobody calls.
    """

    def __init__(self, proxy, plan):
        self.proxy, self.seconds = proxy, 2 if plan.quick else 30
        began = proxy.work()
        time.sleep(self.seconds)
        self.began, self.since = proxy.work(), time.monotonic()
        self.idle = {name: (value - began[name]) / self.seconds for name, value in self.began.items()}

    def by_calls(self, name, calls):
        """What calls caused, by call, with the numbers that it comes from."""
        total = self.proxy.work()[name] - self.began[name]
        seconds = time.monotonic() - self.since
        caused = max(0.0, total - self.idle[name] * seconds)
        return {**summary([caused / calls]), "calls": calls, "all": total, "idle_per_second": round(self.idle[name], 3), "seconds": round(seconds, 1)}
