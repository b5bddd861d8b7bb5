"""Both ends of long streams: a provider that sends and swallows as much as is asked for, and a caller."""
import socket
import sys
import threading
import time

from . import machine, places
from .process import Process, await_port, free_port

CHUNK = 256 * 1024


class Streams:
    """The provider's end, in a process of its own."""

    def __init__(self, directory):
        self.port = free_port()
        self.directory = directory
        self.process = None

    def start(self):
        self.process = Process([sys.executable, "-m", "harness.streams", str(self.port)], machine.OTHER_CPU,
                               self.directory / "streams.log", cwd=places.BENCH)
        await_port(self.port, self.process)

    def stop(self):
        if self.process:
            self.process.stop()


def head(stream):
    """The first line and the headers of a message; None at the end."""
    first = stream.readline()
    if not first:
        return None, {}
    headers = {}
    for line in iter(stream.readline, b"\r\n"):
        if not line:
            return None, {}
        name, value = line.decode().split(":", 1)
        headers[name.strip().lower()] = value.strip()
    return first.decode().split(), headers


def swallow(stream, length):
    buffer = memoryview(bytearray(CHUNK))
    left = length
    while left:
        got = stream.readinto(buffer[:min(left, CHUNK)])
        if not got:
            raise EOFError("the body was cut short")
        left -= got


def swallow_chunks(stream):
    total = 0
    while True:
        length = int(stream.readline().split(b";")[0], 16)
        swallow(stream, length)
        stream.readline()
        if length == 0:
            return total
        total += length


def body_of(stream, headers):
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return swallow_chunks(stream)
    length = int(headers.get("content-length", 0))
    swallow(stream, length)
    return length


def serve_one(connection):
    with connection, connection.makefile("rb", CHUNK) as stream:
        while True:
            asked, headers = head(stream)
            if not asked:
                return
            length = body_of(stream, headers)
            if asked[0] == "GET":
                wanted = int(asked[1].rsplit("/", 1)[1])
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n" % wanted)
                block = bytes(CHUNK)
                for start in range(0, wanted, CHUNK):
                    connection.sendall(block[:min(CHUNK, wanted - start)])
            else:
                answer = str(length).encode()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))


def serve(port):
    with socket.create_server(("127.0.0.1", port)) as listening:
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()


def call(url, headers, upload=0):
    """One stream, down or up; bytes and seconds."""
    host, path = url.removeprefix("http://").split("/", 1)
    name, port = host.split(":")
    began = time.monotonic()
    with socket.create_connection((name, int(port)), 20) as connection, connection.makefile("rb", CHUNK) as stream:
        connection.settimeout(120)
        method = "POST" if upload else "GET"
        lines = [f"{method} /{path} HTTP/1.1", f"Host: {host}", *(f"{key}: {value}" for key, value in headers.items())]
        if upload:
            lines.append(f"Content-Length: {upload}")
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        block = bytes(CHUNK)
        for start in range(0, upload, CHUNK):
            connection.sendall(block[:min(CHUNK, upload - start)])
        answered, received = head(stream)
        if not answered or answered[1] != "200":
            raise RuntimeError(f"a stream was answered with {answered}")
        if upload:
            if stream.read(int(received["content-length"])) != str(upload).encode():
                raise RuntimeError("the provider received another number of bytes")
            passed = upload
        else:
            passed = body_of(stream, received)
    return {"bytes": passed, "seconds": time.monotonic() - began}


if __name__ == "__main__":
    serve(int(sys.argv[1]))
