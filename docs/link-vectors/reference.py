"""Second implementation of the bytes of docs/link-format.md. Writes the vectors: python3 reference.py. Needs Python and `cryptography`."""
import base64
import copy
import hashlib
import hmac
import json
import pathlib
import zlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
sha = lambda data: hashlib.sha256(data).digest()
canonical = lambda tree: json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def type_id(prefix, number):
    return prefix + "_" + "".join(DIGITS[(number >> shift) & 31] for shift in range(125, -1, -5))


def some(prefix, n):
    return type_id(prefix, 0x01934A00000070008000000000000000 + n)


WKS, PLANE, KEY = some("wks", 1), some("dpl", 1), some("key", 1)
AT = "2027-03-01T12:00:00.123Z"
LATER = "2027-03-01T13:00:00.000Z"

integration = {"id": some("int", 1), "slug": "slack", "provider": "slack", "client_id": "1234.5678", "scopes": ["chat:write", "users:read"],
               "return_urls": ["https://app.example.com/done"], "params": {}, "application_name": "Example für alle", "proxy_only": False,
               "disabled": False, "note": "the first one"}


def png(width, height):
    chunk = lambda kind, data: len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress((b"\0" + b"\x7a" * width) * height)) + chunk(b"IEND", b"")


branding = {"accent": "#7a3cc4", "logo": base64.b64encode(png(8, 8)).decode()}
feed = {"v": 1, "data_plane": PLANE, "version": 17, "issued_at": AT, "workspaces": [
    {"id": WKS, "name": "acme", "region": "eu", "retention_days": 30, "strict_audit": False,
     "integrations": [integration, dict(integration, id=some("int", 2), slug="docs", provider="google", params={"tenant": "common"}, proxy_only=True)],
     "api_keys": [{"id": KEY, "scopes": ["tokens:read", "proxy"], "integrations": [some("int", 1)], "calls_per_minute": 60,
                   "calls_per_month": 1000000, "expires_at": LATER, "disabled": False},
                  {"id": some("key", 2), "scopes": ["connect"], "disabled": True}],
     "api_key_requests": [{"id": some("kreq", 1), "name": "back end", "scopes": ["connect"], "require_end_user": True},
                          {"id": some("kreq", 2), "name": "reader", "scopes": ["tokens:read"], "integrations": [some("int", 2)],
                           "calls_per_minute": 5, "calls_per_month": 10000000000, "expires_at": LATER}],
     "webhook_endpoints": [{"id": some("whk", 1), "url": "https://app.example.com/hooks", "events": ["connection.created", "refresh.failed"],
                            "disabled": False}], "branding": branding},
    {"id": some("wks", 2), "name": "empty", "region": "eu", "retention_days": 0, "strict_audit": True, "integrations": [], "api_keys": [],
     "api_key_requests": []}]}
command = {"v": 1, "data_plane": PLANE, "seq": 5, "id": some("cmd", 1), "kind": "disconnect", "workspace": WKS, "target": some("conn", 1),
           "issued_at": AT, "expires_at": LATER}
common = {"at": AT, "workspace": WKS}
reports = [
    dict(common, kind="connection", connection=some("conn", 1), integration=some("int", 1), status="active", state="reauth_required",
         reason="invalid_grant", scopes_missing=1, created_at=AT),
    dict(common, kind="connection", connection=some("conn", 2), integration=some("int", 1), status="purged", state="revoked",
         scopes_missing=0, created_at=AT),
    dict(common, kind="client_secret", integration=some("int", 1), present_since=AT, version=2),
    dict(common, kind="api_key", key=KEY, request=some("kreq", 1), name="back end", scopes=["connect"], status="active", created_at=AT,
         expires_at=LATER),
    dict(common, kind="api_key", key=some("key", 2), name="old", scopes=["proxy"], status="revoked", created_at=AT),
    dict(common, kind="usage", integration=some("int", 1), key=KEY, window_start=AT, window_seconds=60, calls=12, token_reads=10000000000,
         refused=1, failed=2, provider_errors=3, refreshes=4),
    dict(common, kind="change", change=some("chg", 1), status="waiting"),
    dict(common, kind="command", command=some("cmd", 1), status="done", count=3),
    dict(common, kind="command", command=some("cmd", 2), status="refused", reason="bad_signature"),
    dict(common, kind="erasure", erasure=some("era", 1), connections=2, pending=1),
    {"at": AT, "workspace": type_id("wks", 0), "kind": "job", "job": "refresh-due", "status": "failed", "reason": "store_unavailable"},
    {"at": AT, "workspace": type_id("wks", 0), "kind": "lost", "count": 42}]

command_key = Ed25519PrivateKey.from_private_bytes(sha(b"command key"))
raw_key = command_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
payload = canonical(command)
signature = command_key.sign(b"authpipe command v1\0" + payload.encode()).hex()
server, proxy, secret = sha(b"identity of the control plane"), sha(b"identity of the proxy"), sha(b"secret of the code")
proof = hmac.new(secret, b"authpipe enrol v1\0" + server + proxy, hashlib.sha256).hexdigest()
body = b"\1" + server + sha(raw_key) + secret
code = "ap_enrol_" + base64.urlsafe_b64encode(body + sha(body)[:4]).decode().rstrip("=")
proposal = {"workspace": WKS, "object": some("int", 1), "member": "scopes", "before": ["chat:write"], "after": ["chat:write", "files:read"]}
whole = {"workspace": WKS, "object": WKS, "member": "", "after": {"name": "acme", "region": "eu", "retention_days": 30, "strict_audit": False}}
worn = {"workspace": WKS, "object": WKS, "member": "branding", "before": {"accent": "#0b1f4d"}, "after": branding}

log_key = Ed25519PrivateKey.from_private_bytes(sha(b"audit signing key"))
other_key = Ed25519PrivateKey.from_private_bytes(sha(b"another signing key"))
LOG = "authpipe/acme"
ORIGIN = LOG + "/" + WKS


def typed(key):
    return b"\1" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def verifier_key(key, name=LOG):
    return name + "+" + sha(name.encode() + b"\n" + typed(key))[:4].hex() + "+" + base64.b64encode(typed(key)).decode()


def tree_root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha(b"\1" + tree_root(leaves[:k]) + tree_root(leaves[k:]))


def consistency(m, leaves, whole=True):
    if m == len(leaves):
        return [] if whole else [tree_root(leaves)]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if m <= k:
        return consistency(m, leaves[:k], whole) + [tree_root(leaves[k:])]
    return consistency(m - k, leaves[k:], False) + [tree_root(leaves[:k])]


def log(name, size):
    return [sha(b"\0" + f"{name}{n}".encode()) for n in range(size)]


def note(leaves, epoch=0, key=log_key, origin=ORIGIN):
    text = f"{origin}\n{len(leaves)}\n{base64.b64encode(tree_root(leaves)).decode()}\nepoch {epoch} time {AT}\n"
    signed = sha(LOG.encode() + b"\n" + typed(key))[:4] + key.sign(text.encode())
    return f"{text}\n— {LOG} {base64.b64encode(signed).decode()}\n"


def sent(leaves, start, epoch=0, **more):
    proof = consistency(start, leaves) if 0 < start <= len(leaves) else []
    return dict({"origin": ORIGIN, "note": note(leaves, epoch), "from": start, "proof": [h.hex() for h in proof]}, **more)


def result(status, size, epoch=0):
    return {"status": status, "epoch": epoch, "size": size}


forged = note(log("a", 9)).replace("\n9\n", "\n8\n")
witness = {"checkpoint_key": verifier_key(log_key), "exchanges": [dict(why=why, sent=s, result=r) for why, s, r in [
    ("another key signed the first one", sent(log("a", 3), 0, note=note(log("a", 3), key=other_key)), result("refused", 0)),
    ("the first one", sent(log("a", 3), 0), result("taken", 3)),
    ("it grew", sent(log("a", 7), 3), result("taken", 7)),
    ("the same once more, as by another replica", sent(log("a", 7), 3), result("taken", 7)),
    ("it grew from a size that is not the last", sent(log("a", 9), 3), result("behind", 7)),
    ("it grew from the size that is", sent(log("a", 9), 7), result("taken", 9)),
    ("an old one comes late", sent(log("a", 7), 3), result("behind", 9)),
    ("a log that is shorter", sent(log("a", 7), 9), result("fork", 9)),
    ("another root of the same size", sent(log("b", 9), 3), result("fork", 9)),
    ("another history with its own proof", sent(log("b", 12), 9), result("fork", 9)),
    ("another history with the proof of the right one", sent(log("b", 12), 9, proof=sent(log("a", 12), 9)["proof"]), result("fork", 9)),
    ("no proof", sent(log("a", 12), 9, proof=[]), result("fork", 9)),
    ("a proof with one hash more", sent(log("a", 12), 9, proof=sent(log("a", 12), 9)["proof"] + [sha(b"x").hex()]), result("fork", 9)),
    ("another epoch that nobody declared", sent(log("a", 12), 9, epoch=1), result("fork", 9)),
    ("a text that was changed after it was signed", sent(log("a", 9), 9, note=forged), result("refused", 9)),
    ("the origin of another log", sent(log("a", 12), 9, origin=LOG + "/vault"), result("refused", 0)),
    ("a log that is not the key's", sent(log("a", 12), 9, origin="authpipe/other/" + WKS, note=note(log("a", 12), origin="authpipe/other/" + WKS)),
     result("refused", 0)),
    ("it goes on after all that", sent(log("a", 20), 9), result("taken", 20)),
    ("an empty log of another name", sent([], 0, origin=LOG + "/vault", note=note([], origin=LOG + "/vault")), result("taken", 0)),
    ("and its first events", sent(log("v", 2), 0, origin=LOG + "/vault", note=note(log("v", 2), origin=LOG + "/vault")), result("taken", 2)),
]]}

documents = {
    "feed": feed, "command": command, "signed-commands": {"v": 1, "commands": [{"payload": payload, "signature": signature}]},
    "report-batch": {"v": 1, "first": 100, "reports": reports}, "report-answer": {"v": 1, "next": 112},
    "heartbeat": {"v": 1, "software": "authpipe 0.1.0", "feed_version": 17, "waiting_changes": 2, "outbox": 0, "lost": 0, "trust": "none",
                  "regions": ["eu"], "at": AT},
    "enrolment": {"v": 1, "code_proof": proof, "software": "authpipe 0.1.0", "checkpoint_key": verifier_key(log_key)},
    "enrolment-answer": {"v": 1, "data_plane": PLANE, "command_key": raw_key.hex()},
    "next-identity": {"v": 1, "next": proxy.hex()},
    "checkpoint-batch": {"v": 1, "checkpoints": [sent(log("a", 7), 3), sent([], 0)]},
    "checkpoint-answer": {"v": 1, "results": [result(r, 7, 1) for r in ("taken", "behind", "fork", "refused")]},
}

refused = []


def refuse(document, why, text):
    refused.append({"document": document, "why": why, "text": text if isinstance(text, str) else json.dumps(text, ensure_ascii=False)})


def changed(tree, path, value):
    tree = copy.deepcopy(tree)
    at = tree
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return tree


for name, tree in documents.items():
    refuse(name, "another version", changed(tree, ["v"], 2))
    refuse(name, "a version that is a text", changed(tree, ["v"], "1"))
    refuse(name, "a member that is not known", dict(tree, client_secret="x"))
    refuse(name, "a member twice", json.dumps(tree)[:-1] + ',"v":1}')
    refuse(name, "something behind it", json.dumps(tree) + "{}")
    refuse(name, "cut off", json.dumps(tree)[:-1])
    refuse(name, "an array around it", [tree])
    for member in tree:
        refuse(name, "without " + member, changed(tree, [member], None))
        refuse(name, member + " is null", json.dumps(dict(tree, **{member: None})))
w, i, k, q = ["workspaces", 0], ["workspaces", 0, "integrations", 0], ["workspaces", 0, "api_keys", 0], ["workspaces", 0, "api_key_requests", 0]
for why, path, value in [
        ("a secret in an integration", i + ["client_secret"], "x"), ("an endpoint in an integration", i + ["token_endpoint"], "https://evil.example"),
        ("an address of the API", i + ["api_base"], "https://evil.example"), ("a KEK in a workspace", w + ["kek"], "other"),
        ("a key's hash", k + ["hash"], "00"), ("an address range", k + ["ip_ranges"], ["0.0.0.0/0"]), ("a rule for the way out", ["egress"], {}),
        ("an id of another kind", i + ["id"], KEY), ("an id in capital letters", w + ["id"], WKS.upper()), ("a slug with a slash", i + ["slug"], "a/b"),
        ("a scope twice", i + ["scopes"], ["a", "a"]), ("a scope that is a number", i + ["scopes"], [1]), ("scopes that are a text", i + ["scopes"], "a"),
        ("params that are a list", i + ["params"], []), ("a parameter that is a number", i + ["params"], {"a": 1}),
        ("a control character", i + ["application_name"], "a\nb"), ("an application name that is too long", i + ["application_name"], "a" * 101),
        ("a flag that is a text", i + ["disabled"], "false"), ("a flag that is a number", i + ["proxy_only"], 0),
        ("a fraction", w + ["retention_days"], 1.5), ("a whole number written as a fraction", w + ["retention_days"], 1.0),
        ("a retention below zero", w + ["retention_days"], -1), ("a retention that is too long", w + ["retention_days"], 31),
        ("a cap below zero", k + ["calls_per_minute"], -1), ("a cap beyond 32 bits", k + ["calls_per_minute"], 1 << 31),
        ("a number beyond 64 bits", ["version"], 1 << 64), ("a version below zero", ["version"], -1),
        ("a time without milliseconds", ["issued_at"], "2027-03-01T12:00:00Z"), ("a time elsewhere", ["issued_at"], "2027-03-01T12:00:00.000+01:00"),
        ("a date that does not exist", ["issued_at"], "2027-02-30T12:00:00.000Z"), ("a request without scopes", q + ["scopes"], [])]:
    refuse("feed", why, changed(feed, path, value))
for why, value in [
        ("branding that says nothing", {}), ("branding that is a text", "#7a3cc4"), ("a colour that is a number", {"accent": 1}),
        ("a colour that is too long", {"accent": "#" + "0" * 32}), ("a logo that is an object", {"logo": {}}), ("a logo that is too long", {"logo": "A" * 65537}),
        ("an address in branding", {"logo_url": "https://evil.example/logo.png"}), ("markup in branding", {"accent": "#7a3cc4", "html": "<b>"})]:
    refuse("feed", why, changed(feed, w + ["branding"], value))
refuse("feed", "a workspace twice", changed(feed, ["workspaces"], [feed["workspaces"][0]] * 2))
refuse("feed", "an integration twice", changed(feed, w + ["integrations"], [integration] * 2))
refuse("feed", "nested too deep", '{"v":' + "[" * 9 + "]" * 9 + "}")
refuse("feed", "a comment", "/* */" + json.dumps(feed))
refuse("feed", "nothing", "")
for n, report in enumerate(reports):
    for why, extra in [("an end user", {"end_user": "u-1"}), ("an address", {"ip": "192.0.2.1"}), ("a text of a provider", {"error_description": "x"}),
                       ("an account", {"account": "a"}), ("a secret", {"access_token": "x"})]:
        refuse("report-batch", f"{report['kind']} with {why}", {"v": 1, "first": 1, "reports": [dict(report, **extra)]})
    refuse("report-batch", f"{report['kind']} without workspace", {"v": 1, "first": 1, "reports": [changed(report, ["workspace"], None)]})
refuse("report-batch", "a kind that is not known", {"v": 1, "first": 1, "reports": [dict(common, kind="body", body="x")]})
refuse("report-batch", "no report", {"v": 1, "first": 1, "reports": []})
refuse("report-batch", "too many reports", {"v": 1, "first": 1, "reports": [reports[-1]] * 501})
refuse("report-batch", "a reason that is a sentence", {"v": 1, "first": 1, "reports": [dict(reports[0], reason="The user said no")]})
refuse("report-batch", "a count below zero", {"v": 1, "first": 1, "reports": [dict(reports[-1], count=-1)]})
refuse("signed-commands", "a signature that is too short", {"v": 1, "commands": [{"payload": payload, "signature": "00"}]})
refuse("signed-commands", "too many commands", {"v": 1, "commands": [{"payload": payload, "signature": signature}] * 101})
refuse("signed-commands", "a payload that is an object", {"v": 1, "commands": [{"payload": command, "signature": signature}]})
refuse("enrolment-answer", "a key in capital letters", changed(documents["enrolment-answer"], ["command_key"], raw_key.hex().upper()))
refuse("heartbeat", "a trust that is not known", changed(documents["heartbeat"], ["trust"], "some"))

batch = documents["checkpoint-batch"]
for why, path, value in [("a size below zero", ["from"], -1), ("a hash that is too short", ["proof"], ["00"]), ("a hash in capital letters", ["proof"], ["AA" * 32]),
                         ("a proof that is too long", ["proof"], [sha(b"").hex()] * 65), ("a note that is too long", ["note"], "a" * 4097),
                         ("an origin with a line end", ["origin"], "a\nb")]:
    refuse("checkpoint-batch", why, changed(batch, ["checkpoints", 0] + path, value))
refuse("checkpoint-batch", "an event beside it", changed(batch, ["checkpoints", 0, "event"], "{}"))
refuse("checkpoint-batch", "nothing in it", {"v": 1, "checkpoints": []})
refuse("checkpoint-batch", "too many", {"v": 1, "checkpoints": [batch["checkpoints"][1]] * 501})
refuse("checkpoint-answer", "a status that is not known", {"v": 1, "results": [result("perhaps", 1)]})
refuse("checkpoint-answer", "a size below zero", {"v": 1, "results": [result("taken", -1)]})
refuse("checkpoint-answer", "too many", {"v": 1, "results": [result("taken", 1)] * 501})
refuse("enrolment", "a key with a line end", changed(documents["enrolment"], ["checkpoint_key"], "a\nb"))
refuse("enrolment", "a key that is too long", changed(documents["enrolment"], ["checkpoint_key"], "a" * 401))

bytes_ = {
    "command": {"key": raw_key.hex(), "payload": payload, "signature": signature},
    "enrolment": {"code": code, "control_plane": server.hex(), "command_key_sha256": sha(raw_key).hex(), "secret": secret.hex(),
                  "proxy": proxy.hex(), "code_proof": proof},
    "changes": [{"proposal": p, "canonical": canonical(p), "id": type_id("chg", int.from_bytes(sha(canonical(p).encode())[:16], "big"))}
                for p in (proposal, whole, worn)],
}
for name, tree in documents.items():
    (HERE / f"{name}.json").write_text(json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
(HERE / "refused.json").write_text("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in refused) + "\n]\n")
(HERE / "bytes.json").write_text(json.dumps(bytes_, indent=2, ensure_ascii=False) + "\n")
(HERE / "witness.json").write_text(json.dumps(witness, indent=2, ensure_ascii=False) + "\n")
