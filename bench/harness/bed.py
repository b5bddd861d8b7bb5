"""What a run stands on: a directory, the provider, the ground, and a proxy with a connection."""
import pathlib
import shutil
import tempfile
import time

from . import machine
from .ground import Ground
from .streams import Streams
from .subjects import Authpipe
from .upstream import Upstream

SCOPES = "connect,connections:read,connections:write,tokens:read,proxy,refresh,subjects:erase,audit:read,config:write,incident"


class Grounds:
    """What is made once for all scenarios of a run, for it takes longer than a short scenario: PostgreSQL, the provider, callers."""
    made = {}

    def __init__(self, linked=False):
        self.many = []
        self.kept = {}
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="authpipe-bench-"))
        self.api_key = None
        self.parts = []
        try:
            self.streams = Streams(self.directory)
            self.upstream = Upstream(self.directory, self.streams)
            self.ground = Ground(self.directory, self.upstream.origin, linked)
            self.parts.append(self.ground)
            for one in (self.streams, self.upstream):
                self.parts.append(one)
                one.start()
        except BaseException:
            self.stop()
            raise

    @classmethod
    def of(cls, name):
        """The ground of that name. One beside the shared one stays for scenarios that follow each other, and ends when another is asked for."""
        for other in [one for one in cls.made if one not in ("shared", name)]:
            cls.made.pop(other).stop()
        if name not in cls.made:
            cls.made[name] = cls()
        return cls.made[name]

    @classmethod
    def stop_shared(cls):
        for one in cls.made.values():
            one.stop()
        cls.made.clear()

    def leave(self, purpose):
        """Ends the subjects that were kept for anything else."""
        for other in [one for one in self.kept if one != purpose]:
            stop_all(self.kept.pop(other).running)

    def stop(self):
        self.leave(None)
        for one in reversed(self.parts):
            try:
                one.stop()
            except OSError:
                continue
        shutil.rmtree(self.directory, ignore_errors=True)


def stop_all(subjects):
    for one in reversed(subjects):
        try:
            one.stop()
        except OSError:
            continue


class Kept:
    """Subjects that outlive a scenario, and what is known of them."""

    def __init__(self):
        self.running, self.known = [], {}


class Bed:
    """
    The ground, and the proxies of one scenario, which end with it.

    linked: with a control plane. alone: on a ground of its own, where other scenarios' rows would be in the way. ground: the name of one that
    scenarios share. keeping: for what its subjects are kept until a scenario comes that has another purpose, with what is said of them in known.
    """

    def __init__(self, linked=False, alone=False, ground="shared", keeping=None):
        self.linked, self.own, self.name, self.keeping = linked, alone or linked, ground, keeping
        self.running, self.known = [], {}

    def __enter__(self):
        self.grounds = Grounds(self.linked) if self.own else Grounds.of(self.name)
        for one in Grounds.made.values():
            one.leave(self.keeping)
        if self.keeping:
            kept = self.grounds.kept.setdefault(self.keeping, Kept())
            self.running, self.known = kept.running, kept.known
        self.directory, self.ground = self.grounds.directory, self.grounds.ground
        self.upstream, self.streams = self.grounds.upstream, self.grounds.streams
        return self

    @property
    def api_key(self):
        return self.grounds.api_key

    def started(self, subject):
        self.running.append(subject)
        subject.start()
        return subject

    def authpipe(self, **how):
        """A proxy; the first one of a ground also makes the API key."""
        proxy = Authpipe(self, **how)
        if self.linked:
            self.ground.ask("enrol", settings=proxy.settings)
            self.ground.ask("offer")  # before the proxy asks, for then it holds its question
        self.started(proxy)
        if not self.api_key:
            self.grounds.api_key = self.made_key(proxy)
            if self.linked:
                self.patiently(lambda: self.with_proxy("secret", proxy))
        return proxy

    def made_key(self, proxy):
        return self.patiently(lambda: self.ground.ask("command", settings=proxy.settings, arguments=[
            "api-key", "create", "--workspace", "bench", "--name", "bench", "--scope", SCOPES]))

    def patiently(self, ask, seconds=60):
        """A workspace from a control plane, and what is in it, takes a moment to be there."""
        end = time.monotonic() + seconds
        while True:
            try:
                return ask()
            except RuntimeError:
                if not self.linked or time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def with_proxy(self, do, proxy, **members):
        return self.ground.ask(do, api=proxy.api, connect=proxy.connect, api_key=self.api_key, **members)

    def connect(self, proxy):
        """One connection, by the whole connect flow."""
        return self.flows(proxy, 1)[0]

    def flows(self, proxy, count, at_once=1):
        """As many, of end users who are new; their ids."""
        self.with_proxy("register", proxy)
        return self.with_proxy("connect", proxy, count=count, at_once=at_once)

    def imported(self, proxy, count, live=False, seconds=0, length=2048):
        if live:
            self.with_proxy("register", proxy)  # for the provider issues grants to clients that it knows
        return self.with_proxy("import", proxy, count=count, live=live, seconds=seconds, bytes=length)

    def many(self, proxy, count, length):
        """As many connections, which are imported once for a ground; PostgreSQL may take both CPUs for it."""
        known = self.grounds.many
        if len(known) < count:
            postgres = self.ground.postgres_pid()
            machine.move(postgres, machine.SUBJECT_CPU, machine.OTHER_CPU)
            try:
                known += self.imported(proxy, count - len(known), length=length)
            finally:
                machine.move(postgres, machine.OTHER_CPU)
        return known[:count]

    def headers(self):
        return {"Authorization": f"Bearer {self.api_key}"}

    def postgres_cpu(self):
        return machine.cpu_seconds(self.ground.postgres_pid())

    def __exit__(self, failure, *_):
        if failure:
            self.grounds.leave(None)
        if not self.keeping:
            stop_all(self.running)
        if self.own:
            self.grounds.stop()
