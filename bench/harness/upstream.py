"""The provider's API: nginx with TLS that answers fixed bodies, as cheap as can be, and a small program for streams."""
from . import machine, places
from .process import Process, await_port, free_port

SMALL, LARGE = 200, 10 * 1024


def body(length):
    text = '{"items":"' + "x" * length
    return text[:length - 2] + '"}'


class Upstream:
    def __init__(self, directory, streams):
        self.streams = streams
        self.port = free_port()
        self.directory = directory
        self.process = None

    @property
    def origin(self):
        return f"https://localhost:{self.port}"

    def start(self):
        """Once the certificates are there."""
        files = self.directory / "answers"
        files.mkdir()
        (files / "small").write_text(body(SMALL))
        (files / "large").write_text(body(LARGE))
        config = self.directory / "upstream.conf"
        config.write_text(f"""
{machine.nginx_user()}daemon off; worker_processes 1; pid {self.directory}/upstream.pid; error_log {self.directory}/upstream.log error;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 1h; open_file_cache max=16; default_type application/json;
  client_body_temp_path {self.directory}/u1; proxy_temp_path {self.directory}/u2; fastcgi_temp_path {self.directory}/u3;
  uwsgi_temp_path {self.directory}/u4; scgi_temp_path {self.directory}/u5;
  server {{
    listen 127.0.0.1:{self.port} ssl backlog=4096;
    ssl_certificate {self.directory}/certificate.pem; ssl_certificate_key {self.directory}/private-key.pem;
    ssl_protocols TLSv1.3; ssl_session_cache shared:s:1m;
    root {files};
    location /stream/ {{
      client_max_body_size 0; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off; proxy_pass http://127.0.0.1:{self.streams.port};
    }}
  }}
}}
""")
        self.process = Process([places.found("nginx"), "-c", config], machine.OTHER_CPU, self.directory / "upstream.out")
        await_port(self.port, self.process)

    def stop(self):
        if self.process:
            self.process.stop()
