"""What an operation costs in PostgreSQL and in the proxies: differences of counters over many of them."""
import http.client
import queue
import threading

from .load import Rejected

STORES = ("vault", "client_secrets")
# BEGIN and COMMIT are not statements here: they are counted as transactions, by the proxies themselves.
STATEMENTS = """select coalesce(sum(calls), 0) from pg_stat_statements s join pg_roles r on r.oid = s.userid
 where r.rolname in ('vault_app', 'client_secrets_app') and s.dbid = (select oid from pg_database where datname = current_database())
 and s.query !~* '^(begin|commit|rollback)'"""


def prepare(bed):
    for store in STORES:
        bed.ground.ask("sql", store=store, query="create extension if not exists pg_stat_statements")


def counters(bed, proxies):
    """All counters now."""
    def ask(store, query):
        return float(bed.ground.ask("sql", store=store, query=query) or 0)
    work = [one.work() for one in proxies]
    return {
        "statements": sum(ask(store, STATEMENTS) for store in STORES),
        "transactions": sum(one["transactions"] for one in work),
        "kek_calls": sum(one["kek_calls"] for one in work),
        "wal_bytes": ask("vault", "select pg_current_wal_insert_lsn() - '0/0'"),
        "stored_bytes": sum(ask(store, "select pg_database_size(current_database())") for store in STORES),
        "audit_events": ask("vault", "select coalesce(sum(size), 0) from audit_head"),
        "audit_bytes": ask("vault", "select pg_total_relation_size('audit_event')"),
        "postgres_cpu_us": bed.postgres_cpu() * 1e6,
        "proxy_cpu_us": sum(one.cpu() for one in proxies) * 1e6,
    }


def differences(before, after, count, digits=3):
    """Of each counter, for one of so many."""
    return {name: round((after[name] - before[name]) / count, digits) for name in before}


def of(bed, proxies, count, work):
    """What one of so many costs, done by work."""
    before = counters(bed, proxies)
    work()
    return differences(before, counters(bed, proxies), count)


def each(proxy, headers, paths, threads=8, method="GET"):
    """Asks for each path once, on a few connections that stay."""
    waiting, failures = queue.SimpleQueue(), []
    for path in paths:
        waiting.put(path)

    def ask():
        connection = http.client.HTTPConnection(proxy.api.split("//")[1], timeout=30)
        try:
            while not failures:
                connection.request(method, waiting.get_nowait(), headers=headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    failures.append(f"answered with {answer.status} in place of 200")
        except queue.Empty:
            return
        except (OSError, http.client.HTTPException) as failure:
            failures.append(str(failure))
        finally:
            connection.close()

    running = [threading.Thread(target=ask, daemon=True) for _ in range(threads)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    if failures:
        raise Rejected(failures[0])
