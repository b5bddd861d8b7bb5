"""Processes that a run starts and ends, each by its own id."""
import os
import signal
import socket
import subprocess
import time

from . import machine


class Process:
    """A program pinned to one CPU; ends with the run in any case."""

    def __init__(self, command, cpu, log, **options):
        self.log = open(log, "ab")
        self.started = time.monotonic()
        self.popen = subprocess.Popen(["taskset", "-c", str(cpu), *map(str, command)], stderr=self.log,
                                      **{"stdin": subprocess.PIPE, "stdout": self.log, **options})

    @property
    def pid(self):
        return self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def cpu(self):
        return machine.cpu_seconds(self.pid)

    def stop(self, patience=20):
        if self.alive():
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(patience)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for stream in (self.popen.stdin, self.popen.stdout, self.log):
            if stream and not stream.closed:
                try:
                    stream.close()
                except OSError:
                    pass

    def suspend(self):
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def await_port(port, process, patience=30):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if not process.alive():
            break
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}; see {process.log.name}")
