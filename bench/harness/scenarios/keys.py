"""Data keys rotated while access tokens are read."""
import http.client
import threading
import time

from .. import pairs
from ..bed import Bed
from .storms import NO_AHEAD

READS_PER_SECOND = 100
MANY_BYTES = 500  # of an access token
STATES = "select string_agg(state, ' ' order by keyset_version) from {}"


class Readers:
    """Asks for one access token after the other at a fixed rate, and counts what is not 200."""

    def __init__(self, proxy, headers, connections):
        self.proxy, self.headers, self.connections = proxy, headers, connections
        self.reads = self.failed = 0
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def read(self):
        connection = http.client.HTTPConnection(self.proxy.api.split("//")[1], timeout=20)
        due = time.monotonic()
        while not self.stopped.is_set():
            path = f"/v1/connections/{self.connections[self.reads % len(self.connections)]}/token"
            try:
                connection.request("GET", path, headers=self.headers)
                answer = connection.getresponse()
                answer.read()
                self.failed += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.failed += 1
                connection.close()
            self.reads += 1
            due += 1 / READS_PER_SECOND
            time.sleep(max(0, due - time.monotonic()))

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(30)


def many_bed(plan):
    """Where many connections are, for all scenarios that need them; few enough in a quick run to lie with the others."""
    return Bed(ground="shared" if plan.quick else "many")


def many_count(plan):
    return 2_000 if plan.quick else 100_000


def await_text(bed, store, query, wanted, seconds=120):
    end = time.monotonic() + seconds
    while bed.ground.ask("sql", store=store, query=query) != wanted:
        if time.monotonic() > end:
            raise RuntimeError(f"a rotation did not come to: {wanted}")
        time.sleep(0.2)


def passes(bed, column):
    """As if seven minutes had passed for the keysets: what a rotation waits for is the time of replicas, of which there is one."""
    for store, table in (("vault", "workspace_keyset"), ("client_secrets", "client_keyset")):
        bed.ground.ask("sql", store=store, query=f"update {table} set {column} = {column} - interval '7 minutes' where state <> 'destroyed'")


def reseal(results, plan):
    with many_bed(plan) as bed:
        proxy = bed.authpipe(loops=0, cpu="0,1", more="jobs: {keyset-rotation: 1 s}\n" + NO_AHEAD)
        connections = bed.many(proxy, many_count(plan), MANY_BYTES)
        with Readers(proxy, bed.headers(), connections) as readers:
            bed.ground.ask("command", settings=proxy.settings, arguments=["dek", "rotate", "--workspace", "bench", "--no-wait"])
            await_text(bed, "vault", STATES.format("workspace_keyset"), "active opens_only")
            time.sleep(6)  # whoever meets an unknown key reads the keysets again, every five seconds at most
            passes(bed, "created_at")
            await_text(bed, "vault", STATES.format("workspace_keyset"), "decrypt_only active")
            old = bed.ground.ask("sql", store="vault", query="select encode(substring(sealed from 3 for 4), 'hex') from credential limit 1")
            left = f"select count(*) from credential where substring(sealed from 3 for 4) = decode('{old}', 'hex')"
            count = int(bed.ground.ask("sql", store="vault", query=left))
            passes(bed, "activated_at")
            points = watched(bed, left, count)
        results.write("reseal", points=points, reads=readers.reads, failed=readers.failed)
        results.goal("E1", "rows", **pairs.summary([rate(points, count)]), rows=count)
        results.goal("E1", "failed", **pairs.summary([readers.failed]), reads=readers.reads)


def watched(bed, query, count, seconds=240):
    """When how many were left, until none is."""
    began, points = time.monotonic(), []
    while not points or points[-1][1]:
        if time.monotonic() - began > seconds:
            raise RuntimeError("resealing did not end")
        points.append((round(time.monotonic() - began, 3), int(bed.ground.ask("sql", store="vault", query=query))))
        time.sleep(0.2)  # to count costs as much as to reseal some thousands
    return points


def rate(points, count):
    """Rows per second between the last look at which all were left and the first at which none was."""
    begin = max(at for at, left in points if left == count) if any(left == count for _, left in points) else points[0][0]
    end = min(at for at, left in points if left == 0)
    return count / max(end - begin, 0.001)
