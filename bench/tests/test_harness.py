"""Run by: python3 -m unittest discover -s bench/tests -t bench"""
import json
import os
import pathlib
import shutil
import tempfile
import time
import unittest

from harness import bed, goals, load, machine, pairs, places, report, results, scenarios, streams

GOOD = """
Running 4s test @ http://127.0.0.1:1/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.01ms  300.00us  20.00ms   90.00%
    Req/Sec    63.00k     1.00k   65.00k    70.00%
  Latency Distribution
     50%    0.98ms
     75%    1.10ms
     90%    1.20ms
     99%  950.00us
  252000 requests in 4.00s, 72.00MB read
Requests/sec:  63000.00
Transfer/sec:     18.00MB
"""


class Slice(unittest.TestCase):
    def test_requests_and_latencies_are_read(self):
        self.assertEqual(load.parsed(GOOD), {"requests": 252000, "rps": 63000.0, "p50_us": 980.0, "p99_us": 950.0})

    def test_one_with_socket_errors_is_rejected(self):
        with self.assertRaisesRegex(load.Rejected, "socket errors: connect 0, read 3"):
            load.parsed(GOOD + "  Socket errors: connect 0, read 3, write 0, timeout 1\n")

    def test_one_with_other_answers_is_rejected(self):
        with self.assertRaisesRegex(load.Rejected, "7 answers"):
            load.parsed(GOOD + "  Non-2xx or 3xx responses: 7\n")

    def test_one_whose_refusals_were_not_all_is_rejected(self):
        load.parsed(GOOD + "  Non-2xx or 3xx responses: 252000\n", status=401)
        with self.assertRaisesRegex(load.Rejected, "none should be"):
            load.parsed(GOOD + "  Non-2xx or 3xx responses: 251999\n", status=401)
        with self.assertRaises(load.Rejected):
            load.parsed(GOOD, status=401)


class Subject:
    """CPU time as scripted."""

    def __init__(self, *seconds):
        self.seconds, self.spent = list(seconds), 0.0
        self.between = False

    def cpu(self):
        if self.between:
            self.spent += self.seconds.pop(0)
        self.between = not self.between
        return self.spent


class Load:
    def __init__(self, *answers):
        self.answers = list(answers)

    def run(self, seconds, connections, **how):
        answer = self.answers.pop(0) if self.answers else 1000
        if answer is None:
            raise load.Rejected("socket errors")
        return {"requests": answer, "rps": answer / seconds, "p50_us": 1.0, "p99_us": 2.0}


class Pairs(unittest.TestCase):
    def test_warm_up_ends_when_two_slices_are_alike(self):
        slices = pairs.warm(Subject(0.09, 0.05, 0.03, 0.0297, 0.01), Load(), pairs.Plan(quick=True))
        self.assertEqual(slices, [90.0, 50.0, 30.0, 29.7])

    def test_warm_up_goes_on_until_enough_was_called(self):
        plan = pairs.Plan()
        few = pairs.warm(Subject(*[0.01] * 50), Load(*[1000] * 50), plan)
        many = pairs.warm(Subject(*[1] * 50), Load(*[50_000] * 50), plan)
        self.assertEqual((len(few), len(many)), (plan.warm_most, 3))

    def test_warm_up_goes_on_while_compilers_are_at_work(self):
        subject = Subject(*[1] * 50)
        seconds = iter([0, 0.5, 1.0, 1.5, 2.0, 2.01, 2.01])
        subject.compiling = lambda: next(seconds)
        self.assertEqual(len(pairs.warm(subject, Load(*[50_000] * 50), pairs.Plan())), 5)

    def test_warm_up_is_bounded(self):
        plan = pairs.Plan()
        slices = pairs.warm(Subject(*(0.001 * 2 ** n for n in range(50))), Load(), plan)
        self.assertEqual(len(slices), plan.warm_most)

    def test_a_ratio_is_that_of_neighbours(self):
        kept = [{"a": {"cpu_us": a}, "b": {"cpu_us": b}} for a, b in ((20, 10), (60, 20), (90, 30), (20, 4), (5, 5))]
        self.assertEqual(pairs.ratios(kept, "a", "b", lambda one: one["cpu_us"]), {"median": 3.0, "min": 1.0, "max": 5.0, "count": 5})

    def test_a_round_with_a_rejected_slice_counts_for_nobody(self):
        seen = []
        plan = pairs.Plan()
        kept = pairs.rounds({"a": (Subject(*[0.01] * 20), Load(*[1000] * 20)), "b": (Subject(*[0.01] * 20), Load(1000, None, 1000, None, None))},
                            plan, lambda *members: seen.append(members), times=3)
        self.assertEqual(len(kept), 2)
        self.assertEqual(sum("rejected" in members for _, _, members in seen), 3)

    def test_a_full_run_has_five_pairs_of_some_seconds(self):
        plan = pairs.Plan()
        self.assertGreaterEqual(plan.pairs, 5)
        self.assertTrue(3 <= plan.seconds <= 5)


class Ground(bed.Grounds):
    """Nothing but the record of what was stopped."""

    def __init__(self):
        self.kept, self.stopped = {}, False
        self.directory = self.ground = self.upstream = self.streams = None

    def stop(self):
        self.stopped = True


class Standing:
    def __init__(self):
        self.stopped = False

    def start(self):
        pass

    def stop(self):
        self.stopped = True


class Sharing(unittest.TestCase):
    def setUp(self):
        Ground.made = {}
        self.known, bed.Grounds = bed.Grounds, Ground

    def tearDown(self):
        bed.Grounds = self.known

    def test_a_ground_is_shared_until_another_one_is_asked_for(self):
        with bed.Bed(ground="many") as first, bed.Bed(ground="many") as second:
            self.assertIs(first.grounds, second.grounds)
        with bed.Bed() as shared:
            self.assertTrue(first.grounds.stopped)
        with bed.Bed(ground="many") as third:
            self.assertIsNot(first.grounds, third.grounds)
        self.assertFalse(shared.grounds.stopped)

    def test_subjects_end_with_their_scenario(self):
        with bed.Bed() as one:
            subject = one.started(Standing())
        self.assertTrue(subject.stopped)

    def test_subjects_are_kept_for_scenarios_with_the_same_purpose_alone(self):
        with bed.Bed(keeping="forwarding") as one:
            subject = one.started(Standing())
            one.known["subject"] = subject
        with bed.Bed(keeping="forwarding") as next_one:
            self.assertIs(next_one.known["subject"], subject)
        self.assertFalse(subject.stopped)
        with bed.Bed(ground="many") as other:
            self.assertTrue(subject.stopped)
        with bed.Bed(keeping="forwarding") as again:
            self.assertEqual(again.known, {})

    def test_after_a_failure_nothing_is_kept(self):
        with self.assertRaises(load.Rejected), bed.Bed(keeping="forwarding") as one:
            subject = one.started(Standing())
            raise load.Rejected("no request")
        self.assertTrue(subject.stopped)


class Flows(unittest.TestCase):
    """Batches of flows as scripted: CPU of each and of the compilers in it."""

    def __init__(self, name):
        super().__init__(name)
        self.at, self.script = 0, []

    def flows(self, proxy, count, at_once):
        self.at += 1

    def cpu(self):
        return sum(cpu for cpu, _ in self.script[:self.at])

    def compiling(self):
        return sum(compilers for _, compilers in self.script[:self.at])

    def test_they_warm_up_until_they_cost_the_same_and_compilers_rest(self):
        self.script = [(2, 1.5), (1, 0.5), (0.99, 0.3), (0.98, 0.01), (0.5, 0)]
        warmed = scenarios.process.warm_flows(self, self, 100, 60)
        self.assertEqual(warmed["cpu_ms"], [20, 10, 9.9, 9.8])
        self.assertEqual(warmed["flows"], 400)

    def test_their_warm_up_is_bounded(self):
        self.assertEqual(scenarios.process.warm_flows(self, self, 100, 0)["flows"], 0)


class Machine(unittest.TestCase):
    def test_the_time_of_threads_is_found_by_their_names(self):
        pid = os.getpid()
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass
        self.assertGreater(machine.thread_seconds(pid, name), 0)
        self.assertEqual(machine.thread_seconds(pid, "no such thread"), 0)


class Goals(unittest.TestCase):
    def test_every_row_of_the_table_is_there_once(self):
        self.assertEqual([goal.id for goal in goals.GOALS],
                         "P1 P2 P3 P4 P5 A1 A2 A3 A4 C1 C2 C3 E1 E3 F1 M1 M2 M3 D1".split())

    def test_verdicts(self):
        ratio = goals.Part("cpu", "", "x", 2.0, 1.2)
        self.assertEqual([ratio.verdict(value) for value in (1.2, 1.3, 2.0, 2.1)], ["goal", "floor", "floor", "missed"])
        rate = goals.Part("rows", "", "/s", 10, 40, True)
        self.assertEqual([rate.verdict(value) for value in (41, 40, 10, 9)], ["goal", "goal", "floor", "missed"])

    def test_a_floor_is_never_harder_than_its_goal(self):
        for goal in goals.GOALS:
            for part in goal.parts:
                self.assertEqual(part.verdict(part.goal), "goal", goal.id)
                self.assertIn(part.verdict(part.floor), ("goal", "floor"), goal.id)

    def test_every_scenario_answers_rows_that_exist(self):
        known = {goal.id for goal in goals.GOALS}
        for name, scenario in scenarios.ALL.items():
            self.assertTrue(set(scenario.goals) <= known, name)


class Report(unittest.TestCase):
    def test_what_was_not_measured_is_said_with_its_reason(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "results.jsonl"
            lines = [{"scenario": "token", "kind": "goal", "goal": "A1", "part": "cpu", "median": 3.2, "min": 3.0, "max": 3.5, "count": 5},
                     {"scenario": "latency", "kind": "not measured", "reason": "wrk is not there (Debian package wrk)"}]
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
            text = report.written(path)
        self.assertIn("| A1 |  | 3 | 1.50 | 3.20 [3 .. 3.50] | **missed** |", text)
        self.assertIn("| P3 |  | 2.50 | 1.20 | – | not measured: wrk is not there (Debian package wrk) |", text)
        self.assertIn("| P2 |  | 1.80 | 1.15 | – | not measured: not run |", text)

    def test_the_report_is_what_the_results_say(self):
        self.assertEqual(places.REPORT.read_text(), report.written(places.RESULTS), "bench/run --report writes it anew")

    def test_results_of_a_scenario_replace_those_it_had(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "results.jsonl"
            path.write_text('{"scenario": "a", "kind": "end"}\n{"scenario": "b", "kind": "end"}\n')
            results.Results(path, "a").end()
            self.assertEqual([(line["scenario"], line["kind"]) for line in results.read(path)], [("b", "end"), ("a", "begin"), ("a", "end")])


class Places(unittest.TestCase):
    def test_a_subject_runs_with_what_the_launcher_gives_a_proxy(self):
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            app = root / "quickstart/target/app"
            (app / "lib").mkdir(parents=True)
            (app / "lib/a.jar").touch()
            (app / ".built").touch()
            (root / "bin").mkdir()
            shutil.copy(places.ROOT / "bin/authpipe", root / "bin/authpipe")

            options, class_path = places.launched(root)

            self.assertIn("-XX:+ExitOnOutOfMemoryError", options)
            self.assertIn("-XX:+UseSerialGC", options)
            self.assertFalse([one for one in options if one.startswith("-XX:AOTCache")])
            self.assertEqual(str(app / "lib/a.jar"), class_path)

    def test_what_is_missing_is_named_with_its_package(self):
        known = dict(places.TOOLS)
        places.TOOLS["no-such-tool"] = "no-such-package"
        try:
            with self.assertRaisesRegex(places.Missing, "no-such-tool is not there .Debian package no-such-package"):
                places.need("no-such-tool")
        finally:
            places.TOOLS.clear()
            places.TOOLS.update(known)


class Streams(unittest.TestCase):
    def test_both_ends_agree_on_every_byte(self):
        with tempfile.TemporaryDirectory() as directory:
            provider = streams.Streams(pathlib.Path(directory))
            provider.start()
            try:
                url = f"http://127.0.0.1:{provider.port}/stream"
                self.assertEqual(streams.call(f"{url}/1000001", {})["bytes"], 1000001)
                self.assertEqual(streams.call(f"{url}/sink", {}, 1000001)["bytes"], 1000001)
            finally:
                provider.stop()


if __name__ == "__main__":
    unittest.main()
