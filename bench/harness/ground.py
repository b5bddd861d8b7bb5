"""The Java program around the proxy: PostgreSQL, the authorization server, callers. Spoken to in lines of JSON."""
import json
import os
import subprocess

from . import machine, places
from .process import Process

JAVA = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx1g", "-XX:+UseSerialGC"]


class Ground:
    def __init__(self, directory, upstream_origin, linked=False):
        self.process = Process([places.jdk() / "bin/java", *JAVA, "-cp", places.class_path(), "dev.authpipe.bench.Ground",
                                directory, upstream_origin, str(linked).lower()], machine.OTHER_CPU, directory / "ground.log",
                               stdout=subprocess.PIPE, text=True)
        if not self._line().get("ready"):
            raise RuntimeError("the ground did not come up")

    def _line(self):
        line = self.process.popen.stdout.readline()
        if not line:
            raise RuntimeError(f"the ground ended; see {self.process.log.name}")
        return json.loads(line)

    def ask(self, do, **members):
        self.process.popen.stdin.write(json.dumps({"do": do, **members}) + "\n")
        self.process.popen.stdin.flush()
        answer = self._line()
        if "failed" in answer:
            raise RuntimeError(f"{do}: {answer['failed']}")
        return answer["ok"]

    def postgres_pid(self):
        """The postmaster, whose CPU is counted apart."""
        directory = self.ask("counts")["data_directory"]
        with open(os.path.join(directory, "postmaster.pid")) as pid:
            return int(pid.readline())

    def stop(self):
        self.process.popen.stdin.close()
        try:
            self.process.popen.wait(30)
        except subprocess.TimeoutExpired:
            pass
        self.process.stop()
