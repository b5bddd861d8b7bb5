"""Access-token reads and forged keys, beside the least that a hot route of the same server can do."""
import http.client

from .. import pairs, places
from ..bed import Bed
from ..load import Rejected, Wrk
from ..subjects import Nginx
from .forwarding import CONNECTIONS, others

TOKEN_BYTES = 2048


def hello(bed, proxy):
    return proxy, Wrk(bed.directory, "hello", proxy.api + "/bench/hello", {})


def token(results, plan):
    places.need("wrk")
    with Bed() as bed:
        importing = bed.authpipe()
        connection = bed.imported(importing, 1, length=TOKEN_BYTES)[0]
        importing.stop()
        path = f"/v1/connections/{connection}/token"
        proxy = bed.authpipe()  # another one, in whose memory nothing is
        before = proxy.work()
        read(proxy, path, bed.headers())
        results.goal("E3", "cold", **pairs.summary([proxy.work()["kek_calls"] - before["kek_calls"]]))
        asked = {"authpipe": (proxy, Wrk(bed.directory, "token", proxy.api + path, bed.headers())), "hello": hello(bed, proxy)}
        baselines, _ = others(bed, [Nginx])
        for name, one in baselines.items():
            asked[name] = (one, Wrk(bed.directory, name, one.url("/hello"), {}))
        for name, (subject, load) in asked.items():
            results.write("warm-up", subject=name, cpu_us=pairs.warm(subject, load, plan, CONNECTIONS))
        counted = pairs.Work(proxy, plan)
        kept = pairs.rounds(asked, plan, results.slice("token"), CONNECTIONS)
        work = {name: value - counted.began[name] for name, value in proxy.work().items()}
        calls = sum(row["authpipe"]["requests"] for row in kept)
        minutes = sum(row["authpipe"]["seconds"] for row in kept) * len(asked) / 60
        results.goal("A1", "cpu", **pairs.ratios(kept, "authpipe", "hello", lambda one: one["cpu_us"]))
        results.goal("A2", "token_sql", **counted.by_calls("transactions", calls))
        results.goal("A2", "token_kms", **counted.by_calls("kek_calls", calls))
        results.goal("E3", "warm", **pairs.summary([work["kek_calls"] / minutes]), reads=calls, all=work["kek_calls"])


def read(proxy, path, headers, status=200):
    """One request by itself."""
    connection = http.client.HTTPConnection(proxy.api.split("//")[1], timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != status:
        raise Rejected(f"answered with {answer.status} in place of {status}")


def forged_key(api_key):
    """Of the right form, with another id, so that it is no known key, and the old checksum."""
    at = api_key.index("_sk_") + 24
    return api_key[:at] + ("1" if api_key[at] == "0" else "0") + api_key[at + 1:]


def forged(results, plan):
    places.need("wrk")
    with Bed() as bed:
        proxy = bed.authpipe()
        connection = bed.imported(proxy, 1)[0]
        path = f"/v1/connections/{connection}/token"
        read(proxy, path, bed.headers())
        headers = {"Authorization": f"Bearer {forged_key(bed.api_key)}"}
        for number in range(200):
            read(proxy, path, {**headers, "X-Forwarded-For": f"192.0.2.{number}"}, status=401)
        asked = {"authpipe": (proxy, Wrk(bed.directory, "forged", proxy.api + path, headers, status=401, forging=True)),
                 "hello": hello(bed, proxy)}
        for name, (subject, load) in asked.items():
            results.write("warm-up", subject=name, cpu_us=pairs.warm(subject, load, plan, CONNECTIONS))
        before = proxy.work()
        kept = pairs.rounds(asked, plan, results.slice("forged"), CONNECTIONS)
        calls = sum(row["authpipe"]["requests"] for row in kept)
        transactions = proxy.work()["transactions"] - before["transactions"]
        results.goal("A4", "cpu", **pairs.ratios(kept, "authpipe", "hello", lambda one: one["cpu_us"]))
        results.goal("A4", "sql", **pairs.summary([transactions / calls]), calls=calls, all=transactions)
