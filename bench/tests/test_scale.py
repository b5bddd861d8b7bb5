"""Run by: python3 -m unittest discover -s bench/tests -t bench"""
import unittest

from harness import capacity, places, results, scale_page, simulation


class Caches(unittest.TestCase):
    def run_with(self, **changed):
        members = {"connections": 10_000, "calls_per_second": 1_000, "replicas": 10, "cached": 1_000, "renewal_seconds": 1e9, "distribution": "uniform",
                   "sticky": False, "measured": 20_000}
        return simulation.run(**{**members, **changed})

    def test_even_calls_find_the_share_that_fits(self):
        self.assertAlmostEqual(self.run_with()["miss_share"], 0.9, delta=0.01)

    def test_routed_by_connection_all_of_a_replica_fit(self):
        self.assertEqual(self.run_with(sticky=True)["miss_share"], 0)

    def test_popular_connections_stay(self):
        self.assertLess(self.run_with(distribution="zipf")["miss_share"], 0.5)

    def test_a_renewal_costs_one_read_of_each_connection(self):
        # 1,000 connections at 100 calls a second: each is called every 10 s, and renewed every 100 s
        self.assertAlmostEqual(self.run_with(sticky=True, renewal_seconds=100)["miss_share"], 0.1, delta=0.02)

    def test_calls_of_one_second_and_connection_are_one_event(self):
        self.assertGreater(self.run_with()["event_share"], 0.98)
        self.assertAlmostEqual(self.run_with(connections=1, replicas=1)["event_share"], 1 / 1000, delta=0.0005)

    def test_it_can_be_repeated(self):
        self.assertEqual(self.run_with(), self.run_with())


COST = {"statements": 1, "transactions": 1, "wal_bytes": 1000, "stored_bytes": 800, "audit_events": 1, "postgres_cpu_us": 100, "proxy_cpu_us": 1000}
LINES = [{"scenario": "scale", "kind": "cost", "operation": operation, **COST} for operation in (
    "connect flow", "refresh", "warm read, recorded", "disconnect", "import")]
LINES += [{"scenario": "scale", "kind": "cost", "operation": "cold read, recorded", **COST, "postgres_cpu_us": 300, "proxy_cpu_us": 3000}]
LINES += [{"scenario": "scale", "kind": "warm", "what": what, "replicas": 1, **COST, "proxy_cpu_us": 20} for what in ("token", "proxied")]
LINES += [{"scenario": "scale", "kind": "idle", "replicas": count, **COST, "postgres_cpu_us": 1000 * count} for count in (1, 3)]
LINES += [{"scenario": "scale", "kind": "walls", "own_row": 5000, "own_row_and_notify": 900, "own_row_announced": 4000, "same_row": 800}]


class Capacity(unittest.TestCase):
    assumed = capacity.Assumed(connections=3_600, calls_per_second=1_000, busy=0.5, replica_cores=1, renewed_after=1.0)

    def needed(self, miss=0.1, event=0.5):
        return capacity.load(capacity.measured(LINES), self.assumed, {"miss_share": miss, "event_share": event}, 3_600)

    def test_refreshes_follow_the_lifetime(self):
        self.assertAlmostEqual(self.needed()["refreshes"], 1)

    def test_cores_are_the_sum_of_what_is_done(self):
        needed = self.needed()
        # 1,000 warm calls of 20 us, 100 cold reads of 2,000 us more, one refresh of 1,000 us, half busy
        self.assertAlmostEqual(needed["proxy_cores"], (0.02 + 0.2 + 0.001) * 2)
        self.assertEqual(needed["replicas"], 1)
        self.assertAlmostEqual(needed["postgres_cores"]["calls: audit events"], 500 * 100e-6 * 2)
        self.assertAlmostEqual(needed["postgres_cores"]["cold reads"], 100 * 200e-6 * 2)
        self.assertAlmostEqual(needed["postgres_cores"]["idle replicas"], 0.001 * 2)

    def test_more_misses_and_events_never_cost_less(self):
        few, many = self.needed(0.01, 0.1), self.needed(0.9, 0.9)
        self.assertLess(sum(few["postgres_cores"].values()), sum(many["postgres_cores"].values()))
        self.assertLess(sum(few["wal_bytes"].values()), sum(many["wal_bytes"].values()))

    def test_the_first_wall_is_where_most_is_asked_of_least(self):
        of = capacity.measured(LINES)
        found = {name: want / bear for name, want, bear in capacity.walls(of, self.assumed, self.needed())}
        self.assertAlmostEqual(found["changes announced by one PostgreSQL, one a refresh, many with one commit"], 0.00025)

    def test_what_was_not_measured_is_said_by_name(self):
        with self.assertRaisesRegex(KeyError, "bench/run scale capacity"):
            capacity.measured([])


class Page(unittest.TestCase):
    def test_the_tables_are_what_the_results_say(self):
        text = scale_page.PAGE.read_text()
        self.assertEqual(text, scale_page.written(text, results.read(places.RESULTS)), "bench/run --report writes them anew")

    def test_a_page_without_a_place_for_a_table_is_refused(self):
        with self.assertRaisesRegex(KeyError, "no place for operations"):
            scale_page.written("# Nothing", LINES)


if __name__ == "__main__":
    unittest.main()
