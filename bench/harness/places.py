"""Where things are, and what is missing."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
TARGET = BENCH / "target"
RESULTS = BENCH / "results.jsonl"
REPORT = BENCH / "REPORT.md"
APP = ROOT / "quickstart/target/app"
TOOLS = {"nginx": "nginx", "haproxy": "haproxy", "wrk": "wrk", "h2load": "nghttp2-client", "node": "nodejs", "taskset": "util-linux"}
SOURCES = ["wire", "tlog", "migrations", "testkit", "proxy", "control-plane", "bench"]


class Missing(Exception):
    """A scenario cannot be measured here; the message says why."""


def found(tool):
    return shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/usr/local/sbin")


def need(*tools):
    for tool in tools:
        if not found(tool):
            raise Missing(f"{tool} is not there (Debian package {TOOLS[tool]})")


def jdk():
    candidates = [os.environ.get("JAVA_HOME", "")] + sorted(str(one) for one in pathlib.Path("/usr/lib/jvm").glob("*"))
    for home in candidates:
        release = pathlib.Path(home) / "release"
        if home and release.is_file() and re.search(r'^JAVA_VERSION="25[".]', release.read_text(), re.M):
            return pathlib.Path(home)
    raise Missing("JDK 25 is not there")


def launched(root=ROOT):
    """
    With what the launcher starts a proxy: the JVM options, the start cache among them where it gives one, and the class path. It is asked itself, with
    a JDK that says how it is called, so that what is measured is what ships.
    """
    with tempfile.TemporaryDirectory() as directory:
        fake = pathlib.Path(directory) / "jdk"
        (fake / "bin").mkdir(parents=True)
        shutil.copy(jdk() / "release", fake / "release")  # a start cache is of one JDK
        java = fake / "bin/java"
        java.write_text("#!/bin/sh\ncase \"$*\" in *AuthpipeCommand*) printf '%s\\0' \"$@\" ;; *) exit 1 ;; esac\n")  # it builds nothing by this
        java.chmod(0o755)
        said = subprocess.run([root / "bin/authpipe", "proxy"], env={**os.environ, "AUTHPIPE_JDKS": directory}, stdout=subprocess.PIPE, text=True,
                              check=True).stdout.split("\0")
    at = said.index("-cp")
    return said[:at], said[at + 1]


def class_path():
    """Of what measures: all there is."""
    return os.pathsep.join(str(one) for one in [*sorted((APP / "lib").glob("*.jar")), *own()])


def subject_path(launched_path):
    """That of the launcher, so that its start cache fits, and ours behind it: archives alone, for such a cache takes no directory."""
    return os.pathsep.join([launched_path, *(str(one) for one in own())])


def own():
    return sorted(TARGET.glob("authpipe-bench-*.jar")) or [TARGET / "classes"]


def is_built():
    stamp = TARGET / "built"
    if not stamp.exists() or not (APP / "lib").is_dir():
        return False
    newest = stamp.stat().st_mtime
    for module in SOURCES:
        for directory in ("src/main", "pom.xml"):
            start = ROOT / module / directory
            files = start.rglob("*") if start.is_dir() else [start]
            if any(one.is_file() and one.stat().st_mtime > newest for one in files):
                return False
    return True


def build():
    """The packaged application and what measures it, unless nothing has changed."""
    if is_built():
        return
    print("building (log in bench/target/build.log)", flush=True)
    TARGET.mkdir(exist_ok=True)
    with open(TARGET / "build.log", "w") as log:
        subprocess.run(["mvn", "-B", "-DskipTests", "-Dspotless.check.skip=true", "-pl", "bench,quickstart", "-am", "package"],
                       cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=True)
    (APP / ".built").touch()  # else the launcher would build once more
    made = subprocess.run([ROOT / "bin/authpipe", "start-cache"], cwd=ROOT, capture_output=True, text=True)
    print(made.stdout.strip() or f"no start cache, servers start slower: {made.stderr.strip()}", flush=True)
    (TARGET / "built").touch()
