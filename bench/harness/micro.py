"""JMH benchmarks of the pieces of a warm call: nanoseconds, and bytes allocated."""
import json
import os
import subprocess

from . import machine, places


def run(names, quick):
    listed = places.TARGET / "dependencies/tests"
    found = places.TARGET / "micro.json"
    command = ["taskset", "-c", str(machine.SUBJECT_CPU), places.jdk() / "bin/java", "-cp",
               os.pathsep.join([str(places.TARGET / "classes"), listed.read_text().strip()]), "org.openjdk.jmh.Main", "-f", "1",
               "-wi", "2" if quick else "5", "-w", "1", "-i", "2" if quick else "5", "-r", "1", "-prof", "gc", "-rf", "json", "-rff", found,
               "-jvmArgs", "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Xmx512m -XX:+UseSerialGC", *names]
    ran = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if ran.returncode != 0:
        print(ran.stdout)
        return 1
    for one in json.loads(found.read_text()):
        allocated = one["secondaryMetrics"].get("gc.alloc.rate.norm", {"score": 0})["score"]
        name = ".".join(one["benchmark"].rsplit(".", 2)[1:])
        print(f"{name}: {one['primaryMetric']['score']:,.0f} ns ± {one['primaryMetric']['scoreError']:,.0f}, {allocated:,.0f} B")
    return 0
