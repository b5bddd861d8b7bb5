"""What is measured: the proxy, and others that do a part of what it does."""
import os
import pathlib
import re
import subprocess
import time
import urllib.request

from . import machine, places
from .process import Process, await_port, free_port

SHARED = "bench-baseline-key"  # the baselines check one key and send one credential


class Authpipe:
    """The packaged proxy with the options of its launcher."""
    name = "authpipe"

    def __init__(self, bed, loops=1, cpu=machine.SUBJECT_CPU, options=(), more=""):
        made = bed.ground.ask("settings", more=more)
        self.settings, self.stand_ins = made["file"], made["stand_ins"]
        self.bed, self.loops, self.cpu_number, self.options = bed, loops, cpu, list(options)
        self.api = self.connect = self.management = None
        self.process = None
        self.listening_after = self.ready_after = None

    def start(self):
        options, path = places.launched()
        command = [places.jdk() / "bin/java", *options, *self.options, "-cp", places.subject_path(path), "dev.authpipe.bench.Subject", self.settings,
                   str(self.loops), *self.stand_ins]
        self.process = Process(command, self.cpu_number, self.bed.directory / "authpipe.log", stdout=subprocess.PIPE, text=True)
        for line in self.process.popen.stdout:
            if line.startswith("listening "):
                self.listening_after = time.monotonic() - self.process.started
                self.api, self.connect, self.management = line.split()[1:]
                return self
        raise RuntimeError(f"the proxy did not start; see {self.process.log.name}")

    def await_ready(self, patience=60):
        """Until it says that it is ready, as a load balancer would wait for it; seconds since its process began."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.management}/health/ready", timeout=20):
                    self.ready_after = time.monotonic() - self.process.started
                    return self.ready_after
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"the proxy was not ready within {patience} s; see {self.process.log.name}")

    def start_cache(self):
        """Whether its JVM took the start cache."""
        return "/start.aot" in pathlib.Path(f"/proc/{self.pid()}/maps").read_text()

    def metrics(self):
        """Counters by name, all labels added up."""
        sums = {}
        with urllib.request.urlopen(f"{self.management}/metrics", timeout=20) as page:
            for name, value in re.findall(r"^(\w+)(?:\{[^}]*\})? ([0-9.E+-]+|NaN)$", page.read().decode(), re.M):
                sums[name] = sums.get(name, 0.0) + float(value)
        return sums

    def work(self):
        """Transactions and KEK calls so far: what a warm call must not cost."""
        metrics = self.metrics()
        return {"transactions": metrics["authpipe_store_transactions_total"], "kek_calls": metrics["authpipe_kek_calls_total"]}

    def cpu(self):
        return self.process.cpu()

    def compiling(self):
        return machine.compiler_seconds(self.process.pid)

    def pid(self):
        return self.process.pid

    def stop(self):
        if self.process:
            self.process.stop()


class Baseline:
    """Another program with one listener."""
    name = "baseline"

    def __init__(self, bed):
        self.bed = bed
        self.port = free_port()
        self.process = None

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def headers(self):
        return {"Authorization": f"Bearer {SHARED}"}

    def cpu(self):
        return self.process.cpu()

    def pid(self):
        return self.process.pid

    def begin(self, command, cpu=machine.SUBJECT_CPU, **options):
        self.process = Process(command, cpu, self.bed.directory / f"{self.name}.log", **options)
        await_port(self.port, self.process)
        return self

    def stop(self):
        if self.process:
            self.process.stop()


class Nginx(Baseline):
    name = "nginx"

    def start(self):
        places.need("nginx")
        where, to = self.bed.directory, self.bed.upstream.port
        config = where / "nginx.conf"
        config.write_text(f"""
{machine.nginx_user()}daemon off; worker_processes 1; pid {where}/nginx.pid; error_log {where}/nginx.log error;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 1h; client_max_body_size 0;
  client_body_temp_path {where}/n1; proxy_temp_path {where}/n2; fastcgi_temp_path {where}/n3; uwsgi_temp_path {where}/n4;
  scgi_temp_path {where}/n5;
  map $http_authorization $known {{ default 0; "Bearer {SHARED}" 1; }}
  upstream provider {{ server 127.0.0.1:{to}; keepalive 256; keepalive_requests 100000000; keepalive_time 1h; }}
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
  proxy_set_header Authorization "Bearer provider-credential";
  proxy_buffer_size 32k; proxy_buffers 8 32k; proxy_busy_buffers_size 64k;
  proxy_ssl_protocols TLSv1.3; proxy_ssl_verify on; proxy_ssl_trusted_certificate {where}/ca.pem; proxy_ssl_name localhost;
  proxy_ssl_server_name on; proxy_ssl_session_reuse on;
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location = /hello {{ default_type application/json; return 200 '{{"hello":"1"}}'; }}
    location /stream/ {{
      if ($known = 0) {{ return 401; }}
      proxy_request_buffering off; proxy_max_temp_file_size 0; proxy_pass https://provider;
    }}
    location / {{
      if ($known = 0) {{ return 401; }}
      proxy_pass https://provider;
    }}
  }}
}}
""")
        return self.begin([places.found("nginx"), "-c", config])


class HAProxy(Baseline):
    name = "haproxy"

    def start(self):
        places.need("haproxy")
        where, to = self.bed.directory, self.bed.upstream.port
        config = where / "haproxy.cfg"
        config.write_text(f"""
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1h
  http-reuse always
frontend callers
  bind 127.0.0.1:{self.port}
  http-request deny deny_status 401 unless {{ req.hdr(Authorization) -m str "Bearer {SHARED}" }}
  http-request set-header Authorization "Bearer provider-credential"
  http-request set-header Host localhost
  default_backend provider
backend provider
  server one 127.0.0.1:{to} ssl verify required ca-file {where}/ca.pem sni str(localhost) ssl-min-ver TLSv1.3
""")
        return self.begin([places.found("haproxy"), "-db", "-f", config])


class Node(Baseline):
    """What teams write themselves: express, axios, a check of the key and a header."""
    name = "node"

    def start(self):
        places.need("node")
        broker = places.BENCH / "node"
        if not (broker / "node_modules/express").is_dir():
            install = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=broker, capture_output=True, text=True, timeout=300)
            if install.returncode != 0:
                raise places.Missing("npm ci in bench/node failed: no package registry?")
        environment = {**os.environ, "PORT": str(self.port), "KEY": SHARED, "PROVIDER": self.bed.upstream.origin,
                       "NODE_EXTRA_CA_CERTS": str(self.bed.directory / "ca.pem"), "NODE_ENV": "production"}
        return self.begin([places.found("node"), broker / "broker.js"], env=environment)
