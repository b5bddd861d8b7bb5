"""Second implementation of docs/audit-format.md. Writes the vectors: python3 reference.py. Needs nothing but Python."""
import base64
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
sha = lambda data: hashlib.sha256(data).digest()
leaf = lambda data: sha(b"\0" + data)
node = lambda left, right: sha(b"\1" + left + right)
# Events hold ASCII only, for which sorting by code points and by UTF-16 code units are the same.
canonical = lambda event: json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def root(leaves):
    """RFC 6962 section 2.1, by recursion from the top."""
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))


def frontier(leaves):
    roots, start = [], 0
    for bit in reversed(range(len(leaves).bit_length())):
        if len(leaves) >> bit & 1:
            roots.append(root(leaves[start:start + (1 << bit)]))
            start += 1 << bit
    return roots


def sizes(leaves):
    return [{"size": n, "frontier": [h.hex() for h in frontier(leaves[:n])], "root": root(leaves[:n]).hex()} for n in range(len(leaves) + 1)]


def event(kind, actor, object_, outcome="success", reason=None, request_id=None, detail=None, seq=0, store="vault", epoch=0, workspace=None, time=None):
    members = {"v": 1, "store": store, "workspace": workspace or "wks_" + tail(1), "epoch": epoch, "seq": seq, "id": "evt_" + tail(1000 + seq),
               "time": time or f"2027-03-01T12:00:{seq:02d}.{seq * 37 % 1000:03d}Z", "type": kind, "actor": dict(zip(("kind", "id"), actor)),
               "object": dict(zip(("kind", "id"), object_)), "outcome": outcome, "reason": reason, "request_id": request_id, "detail": detail or {}}
    return {name: value for name, value in members.items() if value is not None}


def tail(number):
    """26 digits of a TypeID."""
    return "".join("0123456789abcdefghjkmnpqrstvwxyz"[number >> 5 * i & 31] for i in reversed(range(26)))


def written(events):
    return [{"event": e, "canonical": canonical(e).decode(), "leaf": leaf(canonical(e)).hex()} for e in events]


def write(name, content):
    (HERE / name).write_text(json.dumps(content, indent=1) + "\n")


PERSON, REPLICA = "6f1c2a34-0b5d-4e7f-8a90-b1c2d3e4f506", "0d9e8f70-6152-4433-9425-16071829aabb"
KEY, CONN, INT = ("api_key", "key_" + tail(7)), ("connection", "conn_" + tail(8)), "int_" + tail(9)
LOG = [
    event("workspace.created", ("operator", "command"), ("workspace", "wks_" + tail(1)), detail={"kek": "local"}),
    event("keyset.created", ("system", "envelope"), ("keyset", "1"), detail={"kek": "local"}),
    event("integration.changed", ("operator", "command"), ("integration", INT), detail={"change": "created", "provider": "slack"}),
    event("api_key.created", ("operator", "command"), KEY, detail={"scopes": "connections:read proxy tokens:read", "integrations": 0, "ip_ranges": 2, "end_user_required": True, "calls_per_minute": 600, "expires_at": "2028-01-01T00:00:00.000Z"}),
    event("connect.session_created", KEY, ("connect_session", "cs_" + tail(10)), request_id="req_" + tail(11), detail={"end_user": PERSON, "integrations": 1}),
    event("connect.started", ("end_user", PERSON), ("connect_session", "cs_" + tail(10)), detail={"integration": INT, "provider": "slack", "attempt": REPLICA}),
    event("connect.refused", ("stranger", "unauthenticated"), ("connect_session", "cs_" + tail(10)), "refused", "browser_mismatch", detail={"token_calls": 0}),
    event("connect.finished", KEY, ("connect_session", "cs_" + tail(10)), detail={"integration": INT, "provider": "slack", "connection": CONN[1]}),
    event("connection.created", KEY, CONN, detail={"integration": INT, "provider": "slack", "end_user": PERSON, "scopes_granted": "chat:write users:read", "generation": 1}),
    event("credential.read", KEY, CONN, detail={"calls": 1, "replica": REPLICA}),
    event("credential.called", KEY, CONN, detail={"calls": 1000, "replica": REPLICA}),
    event("credential.called", KEY, CONN, "refused", "end_user_mismatch", detail={"calls": 3, "replica": REPLICA}),
    event("refresh.succeeded", ("system", "refresh"), CONN, detail={"generation": 2, "rotated": True, "forced": False}),
    event("refresh.failed", ("system", "refresh"), CONN, "failure", "temporarily_unavailable", detail={"http_status": 503, "retry_seconds": 4}),
    event("credential.integrity_refused", ("system", "vault"), CONN, "refused", "integrity_error", detail={"generation": 2}),
    event("connection.disconnected", KEY, CONN, detail={"purge": False}),
    event("revocation.confirmed", ("system", "retire"), CONN, detail={"token_kind": "refresh_token", "tries": 1}),
    event("erasure.requested", KEY, ("erasure", "era_" + tail(12)), detail={"connections": 1}),
    event("connection.erased", ("system", "retire"), CONN, detail={"erasure": "era_" + tail(12)}),
    event("erasure.completed", ("system", "retire"), ("erasure", "era_" + tail(12)), detail={"connections": 1, "pending": 0}),
    event("api_key.revoked", ("operator", "command"), KEY),
]
for number, one in enumerate(LOG):
    LOG[number] = event(one["type"], (one["actor"]["kind"], one["actor"]["id"]), (one["object"]["kind"], one["object"]["id"]), one["outcome"], one.get("reason"), one.get("request_id"), one["detail"], number)
STORE = "wks_" + tail(0)
ODD = [
    event("job.started", ("job", "purge-connections"), ("job", "purge-connections"), workspace=STORE, detail={"failures": 0}),
    event("stranger.refused", ("stranger", "unauthenticated"), ("workspace", STORE), "refused", "api_key_forged", workspace=STORE, seq=1, detail={"calls": 9007199254740991, "replica": REPLICA}),
    event("client_secret.set", ("operator", "command"), ("integration", INT), store="client_secrets", detail={"version": 1, "source": "file"}),
    event("refresh.failed", ("system", "refresh"), CONN, "unknown", "no_answer", epoch=3, seq=9007199254740991, time="9999-12-31T23:59:59.999Z"),
    event("connection.created", KEY, CONN, time="1970-01-01T00:00:00.000Z", workspace="wks_7zzzzzzzzzzzzzzzzzzzzzzzzz", detail={"integration": INT, "provider": "google-drive", "end_user": PERSON, "scopes_requested": "", "scopes_granted": "https://www.googleapis.com/auth/drive.file invalid_scope_token openid"}),
]


# Ed25519 as RFC 8032 section 5.1 gives it, in affine coordinates: slow and short. Signs vectors only.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 46316835694926478169428394003475163141307993866256225615783033603165251855960)


def add(a, b):
    t = D * a[0] * b[0] * a[1] * b[1]
    return ((a[0] * b[1] + a[1] * b[0]) * pow(1 + t, -1, P) % P, (a[1] * b[1] + a[0] * b[0]) * pow(1 - t, -1, P) % P)


def times(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def expanded(seed):
    h = hashlib.sha512(seed).digest()
    return (int.from_bytes(h[:32], "little") & (1 << 254) - 8) | 1 << 254, h[32:]


def public(seed):
    return encoded(times(expanded(seed)[0], BASE))


def signature(seed, message):
    number = lambda *parts: int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")
    a, prefix = expanded(seed)
    r = number(prefix, message) % L
    point = encoded(times(r, BASE))
    return point + ((r + number(point, public(seed), message) * a) % L).to_bytes(32, "little")


SEED, NAME = bytes(range(32)), "authpipe/vectors"
key_id = lambda: sha(NAME.encode() + b"\n\1" + public(SEED))[:4]
b64 = lambda data: base64.b64encode(data).decode()


def checkpoint(log, leaves, epoch, time):
    text = f"{NAME}/{log}\n{len(leaves)}\n{b64(root(leaves))}\nepoch {epoch} time {time}\n"
    note = f"{text}\n\u2014 {NAME} {b64(key_id() + signature(SEED, text.encode()))}\n"
    return {"origin": f"{NAME}/{log}", "size": len(leaves), "root": root(leaves).hex(), "epoch": epoch, "time": time, "text": text, "note": note}


def document(kind, body, entries):
    text = "".join(line + "\n" for line in [f"authpipe document 1 {kind}"] + [canonical(one).decode() for one in [body] + entries])
    return {"kind": kind, "body": body, "entries": entries, "text": text, "note": f"{text}\n\u2014 {NAME} {b64(key_id() + signature(SEED, text.encode()))}\n"}


ERASED = {"v": 1, "erasure": "era_" + tail(12), "workspace": "wks_" + tail(1), "status": "completed", "requested_at": "2027-03-01T12:00:00.000Z", "completed_at": "2027-03-01T12:00:04.512Z",
          "as_of": "2027-03-01T12:00:05.000Z", "connections": 2, "unlisted": 0, "pending": 0, "ledger": 7,
          "horizons": {"journals": "2027-03-02T12:00:00.000Z", "access_tokens": "2027-03-01T13:00:00.000Z", "backups": "2027-03-31T12:00:00.000Z"}}
DOCUMENTS = [
    document("erasure-receipt", ERASED, [
        {"connection": "conn_" + tail(8), "integration": INT, "provider": "slack", "outcome": "confirmed", "confirmed_at": "2027-03-01T12:00:04.500Z"},
        {"connection": "conn_" + tail(9), "integration": INT, "provider": "notion", "outcome": "not_supported", "access_expires_at": "2027-03-01T13:00:00.000Z"}]),
    document("a", {}, []),
    document("other-report", {"flag": True, "none": "", "text": "quote \" back \\ \u00e9", "most": 9007199254740991}, [{}, {"nested": {"b": False, "a": 0}}]),
]


def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, leaves):
    """RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    return path(m, leaves[:k]) + [root(leaves[k:])] if m < k else path(m - k, leaves[k:]) + [root(leaves[:k])]


def subproof(m, leaves, whole):
    """RFC 6962 section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    return subproof(m, leaves[:k], whole) + [root(leaves[k:])] if m <= k else subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def hexes(hashes):
    return "".join(h.hex() for h in hashes)


def export(events, signed, start, end):
    leaves = [leaf(canonical(e)) for e in events]
    lines = [canonical({"checkpoint": signed["note"], "from": start, "to": end, "frontier": hexes(frontier(leaves[:start]))})]
    lines += [b'{"event":' + canonical(e) + b',"leaf":"' + leaf(canonical(e)).hex().encode() + b'"}' for e in events[start:end]]
    if end < len(leaves):
        lines.append(canonical({"proof": hexes(subproof(end, leaves, True))}))
    return b"".join(line + b"\n" for line in lines)


if __name__ == "__main__":
    leaves = [leaf(canonical(e)) for e in LOG]
    write("log.json", {"events": written(LOG), "sizes": sizes(leaves)})
    for odd in ODD:
        if odd["seq"] > 1000:
            odd["id"] = "evt_" + tail((1 << 128) - 1)
    write("events.json", {"events": written(ODD)})
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    write("rfc6962.json", {"inputs": inputs, "sizes": sizes([leaf(bytes.fromhex(i)) for i in inputs])})
    own, others = "wks_" + tail(1), ["vault", "client_secrets", "client_secrets/wks_" + tail(1)]
    signed = [checkpoint(own, leaves[:n], 0, f"2027-03-01T12:01:{n:02d}.000Z") for n in (0, 1, 13, len(leaves))]
    signed += [checkpoint(log, leaves[:5], 3, "9999-12-31T23:59:59.999Z") for log in others]
    write("checkpoints.json", {"key": f"{NAME}+{key_id().hex()}+{b64(bytes([1]) + public(SEED))}", "public_key": public(SEED).hex(), "seed": SEED.hex(), "checkpoints": signed})
    write("documents.json", {"documents": DOCUMENTS})
    proofs = {"inclusion": [{"index": i, "size": n, "proof": hexes(path(i, leaves[:n]))} for n in range(1, len(leaves) + 1) for i in range(n)],
              "consistency": [{"first": m, "second": n, "proof": hexes(subproof(m, leaves[:n], True))} for n in range(1, len(leaves) + 1) for m in range(1, n + 1)]}
    (HERE / "proofs.json").write_text("{" + ",\n".join(f'"{k}":[\n' + ",\n".join(json.dumps(one) for one in v) + "]" for k, v in proofs.items()) + "}\n")
    (HERE / "export.jsonl").write_bytes(export(LOG, signed[3], 0, len(LOG)))
    (HERE / "export-part.jsonl").write_bytes(export(LOG, signed[3], 5, 17))
