"""What Linux tells about processes and the machine."""
import os
import pathlib
import re
import subprocess

TICK = os.sysconf("SC_CLK_TCK")
SUBJECT_CPU = 0
OTHER_CPU = 1


def tree(pid):
    """The process and all below it."""
    found, wanted = [], [pid]
    while wanted:
        one = wanted.pop()
        found.append(one)
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children") as children:
                    wanted += [int(child) for child in children.read().split()]
        except OSError:
            continue
    return found


def cpu_seconds(pid):
    """User and system time of a process, its living children and those it has waited for."""
    total = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
        if one == pid:
            total += int(fields[13]) + int(fields[14])
    return total / TICK


def thread_seconds(pid, *names):
    """CPU that the threads with names that begin so have taken so far; Linux knows the first 15 characters of a name."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            name, fields = task.read_text().split("(", 1)[1].rsplit(")", 1)
        except OSError:
            continue
        if name.startswith(names):
            total += sum(int(one) for one in fields.split()[11:13])
    return total / TICK


def compiler_seconds(pid):
    """CPU that a JVM's compilers have taken so far."""
    return thread_seconds(pid, "C1 Compiler", "C2 Compiler")


def memory_bytes(pid, field="VmRSS"):
    """Resident memory of a process and its children; VmHWM is the peak."""
    total = 0
    for one in tree(pid):
        try:
            with open(f"/proc/{one}/status") as status:
                match = re.search(rf"^{field}:\s+(\d+) kB", status.read(), re.M)
        except OSError:
            continue
        total += int(match.group(1)) * 1024 if match else 0
    return total


def forget_peak(pid):
    for one in tree(pid):
        with open(f"/proc/{one}/clear_refs", "w") as clear:
            clear.write("5")


def move(pid, *cpus):
    """Pins a process with all its threads and children."""
    for one in tree(pid):
        for task in os.listdir(f"/proc/{one}/task"):
            try:
                os.sched_setaffinity(int(task), cpus)
            except ProcessLookupError:
                continue


def load_average():
    return os.getloadavg()[0]


def described():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"^model name\s*:\s*(.+)$", info.read(), re.M)
    return {
        "cpus": os.cpu_count(),
        "cpu": model.group(1) if model else "unknown",
        "kernel": os.uname().release,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
    }


def said(command):
    """The first line of what a program says of its version, or nothing when it is not there."""
    try:
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = [line for line in ran.stdout.splitlines() if line.strip()]
    return lines[0].strip() if lines else None


def nginx_user():
    """A line of its configuration: started by root, its workers would be somebody who may not read our files."""
    return "user root;\n" if os.geteuid() == 0 else ""
