"""
Caches of sealed rows under many calls: what one replica finds in its memory, and how much it has to record. Seeded, so that a run can be repeated.

A replica is one of several that are alike. Routed at random it sees every connection; routed by connection it sees its share. A cached row is of
no use any more once its connection's access token was renewed, for the renewal drops it on every replica.
"""
import collections
import random


def popular(random_number, count):
    """The rank of a Zipf-like choice (exponent 1) of so many, by the inverse of its continuous distribution."""
    return min(int(count ** random_number), count) - 1


def uniform(random_number, count):
    return min(int(random_number * count), count - 1)


DISTRIBUTIONS = {"uniform": uniform, "zipf": popular}


class Replica:
    """The rows of one replica, least recently used out first."""

    def __init__(self, most, renewal_seconds):
        self.most, self.renewal = most, renewal_seconds
        self.rows = collections.OrderedDict()

    def generation(self, connection, now):
        phase = (connection * 2_654_435_761 % 4_294_967_296) / 4_294_967_296  # renewals are spread over their time
        return int(now / self.renewal + phase)

    def read(self, connection, now):
        """Whether its row was in memory and good."""
        generation = self.generation(connection, now)
        found = self.rows.pop(connection, None) == generation
        self.rows[connection] = generation
        if len(self.rows) > self.most:
            self.rows.popitem(last=False)
        return found


def run(connections, calls_per_second, replicas, cached, renewal_seconds, distribution, sticky, seed=1, measured=200_000):
    """Shares of one replica's calls: those that miss, and those that are an event of their own (one for each connection and second)."""
    numbers = random.Random(seed)
    choose = DISTRIBUTIONS[distribution]
    seen = max(1, connections // replicas) if sticky else connections
    rate = calls_per_second / replicas
    replica = Replica(cached, renewal_seconds)
    for connection in reversed(range(min(cached, seen))):  # as if it had run for long: what is called most was there last
        replica.read(connection, 0.0)
    warm_up = min(4 * min(cached, seen), 2_000_000)
    misses = events = 0
    second, within = -1, set()
    for number in range(warm_up + measured):
        now = number / rate
        if int(now) != second:
            second, within = int(now), set()
        connection = choose(numbers.random(), seen)
        found = replica.read(connection, now)
        if number >= warm_up:
            misses += not found
            events += connection not in within
        within.add(connection)
    return {"miss_share": round(misses / measured, 4), "event_share": round(events / measured, 4)}
