"""Second implementation of docs/crypto-format.md. Writes the vectors in this directory; run it only to add vectors, never to change them.

Needs the Python package `cryptography`. Keys, salts and IVs here are public test values.
"""
import hmac, json, pathlib, struct, uuid
from hashlib import sha256
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.cmac import CMAC

HERE = pathlib.Path(__file__).parent
KEY = bytes(range(32))
KEY_ID = 0x41555448


def field(value):
    return struct.pack(">H", len(value)) + value


def uuid_bytes(text):
    return b"" if text is None else uuid.UUID(text).bytes


def xaes(key, salt, iv, plaintext, associated_data):
    def block(counter):
        mac = CMAC(algorithms.AES(key))
        mac.update(b"\x00" + bytes([counter]) + b"X\x00" + salt)
        return mac.finalize()
    return AESGCM(block(1) + block(2)).encrypt(iv, plaintext, associated_data)


def associated_data(v):
    return (b"\x01" + field(v["deployment"].encode()) + field(uuid_bytes(v["workspace"])) + field(struct.pack(">H", v["kind"]))
            + field(uuid_bytes(v["entity"])) + field(struct.pack(">H", v["field"])) + field(uuid_bytes(v["integration"]))
            + field(v["provider"].encode()) + field(struct.pack(">Q", v["generation"])) + field(v["binding"].encode()))


def sealed_record(number, name, plaintext, **place):
    v = dict(name=name, deployment="known-answer", workspace="01920000-0000-7000-8000-000000000001", kind=1, field=1,
             entity="01920000-0000-7000-8000-000000000002", integration=None, provider="", generation=0, binding="")
    v.update(place)
    salt, iv = bytes([number] * 12), bytes([0x80 + number] * 12)
    ad = associated_data(v)
    sealed = b"\x01\x01" + struct.pack(">I", KEY_ID) + salt + iv + xaes(KEY, salt, iv, plaintext, ad)
    return dict(v, key=KEY.hex(), key_id=KEY_ID, associated_data=ad.hex(), plaintext=plaintext.hex(), sealed=sealed.hex())


def parameter(name, value):
    return field(name.encode()) + value.encode()


def payload(v):
    def tlv(tag, value):
        return bytes([tag]) + field(value)
    out = b"\x01" + tlv(1, bytes([v["type"]])) + tlv(2, uuid_bytes(v["end_user_id"])) + tlv(3, v["end_user"].encode())
    out += tlv(4, v["api_base"].encode()) + tlv(5, v["token_origin"].encode()) + tlv(6, bytes([1 if v["proxy_only"] else 0]))
    out += tlv(7, v["access_token"].encode())
    if v.get("refresh_token") is not None:
        out += tlv(8, v["refresh_token"].encode())
    out += tlv(9, v["token_type"].encode())
    for scope in v["scopes"]:
        out += tlv(10, scope.encode())
    if v.get("username") is not None:
        out += tlv(11, v["username"].encode())
    for tag, name in ((12, "access_expires_ms"), (13, "refresh_expires_ms")):
        if v.get(name) is not None:
            out += tlv(tag, struct.pack(">q", v[name]))
    out += tlv(14, struct.pack(">q", v["issued_ms"]))
    for name in sorted(v["parameters"]):
        out += tlv(15, parameter(name, v["parameters"][name]))
    return out


PAYLOADS = [
    dict(name="OAuth with everything", type=1, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", end_user="user-42",
         api_base="https://api.example.com/v2", token_origin="https://auth.example.com", proxy_only=True,
         access_token="vector-access-value", refresh_token="vector-refresh-value", token_type="Bearer",
         scopes=["read", "write:all"], username=None, access_expires_ms=1767225600000, refresh_expires_ms=1769817600000,
         issued_ms=1767222000000, parameters={}),
    dict(name="OAuth of one customer's host", type=1, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", end_user="user-42",
         api_base="https://north.example.com/v2", token_origin="https://north.example.com", proxy_only=False,
         access_token="vector-access-value", refresh_token="vector-refresh-value", token_type="Bearer", scopes=[], username=None,
         access_expires_ms=None, refresh_expires_ms=None, issued_ms=1767222000000,
         parameters={"subdomain": "north", "region": "eu", "label": "Köln"}),
    dict(name="API key", type=2, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", end_user="üser",
         api_base="https://api.example.com", token_origin="", proxy_only=False, access_token="vector-key-value", refresh_token=None,
         token_type="", scopes=[], username=None, access_expires_ms=None, refresh_expires_ms=None, issued_ms=0,
         parameters={"region": "x" * 512}),
    dict(name="basic", type=3, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", end_user="u",
         api_base="https://api.example.com:8443/x", token_origin="", proxy_only=False, access_token="vector-pass-value",
         refresh_token=None, token_type="", scopes=[], username="vector-user", access_expires_ms=None, refresh_expires_ms=None,
         issued_ms=1, parameters={}),
]


def owed(v):
    def entry(kind, value):
        return bytes([kind]) + struct.pack(">I", len(value)) + value
    out = b"\x01"
    for kind, name in ((1, "refresh_token"), (2, "access_token"), (3, "token_origin")):
        if v[name] is not None:
            out += entry(kind, v[name].encode())
    for name in sorted(v["parameters"]):
        out += entry(4, parameter(name, v["parameters"][name]))
    return out


OWED = [
    dict(name="both tokens", refresh_token="vector-refresh-value", access_token="vector-access-value",
         token_origin="https://auth.example.com", parameters={}),
    dict(name="an access token of one customer's host", refresh_token=None, access_token="vector-access-value",
         token_origin="https://north.example.com", parameters={"subdomain": "north", "region": "eu"}),
    dict(name="no token", refresh_token=None, access_token=None, token_origin="https://auth.example.com", parameters={}),
]


def canonical(columns):
    out = b""
    for kind, value in columns:
        if value is None:
            out += b"n" + struct.pack(">I", 0)
            continue
        body = {"s": lambda: value.encode(), "b": lambda: bytes.fromhex(value), "u": lambda: uuid_bytes(value),
                "i": lambda: struct.pack(">q", value), "f": lambda: bytes([1 if value else 0]), "t": lambda: struct.pack(">q", value),
                "l": lambda: canonical(value)}[kind]()
        out += kind.encode() + struct.pack(">I", len(body)) + body
    return out


def authority(name, kind, columns):
    row = canonical(columns)
    message = b"\x01" + field(b"authority") + field(b"known-answer") + field(kind.encode()) + row
    mac = b"\x01" + struct.pack(">I", KEY_ID) + hmac.digest(KEY, message, sha256)
    return dict(name=name, deployment="known-answer", kind=kind, columns=columns, canonical=row.hex(), mac_input=message.hex(),
                key=KEY.hex(), key_id=KEY_ID, mac=mac.hex())


def wrap_context(purpose, workspace, version):
    return b"\x01" + field(purpose.encode()) + field(b"known-answer") + field(uuid_bytes(workspace)) + field(struct.pack(">I", version))


def wrapped(number, name, purpose, workspace, version):
    keyset = bytes(range(64))
    salt, iv = bytes([number] * 12), bytes([0x80 + number] * 12)
    context = wrap_context(purpose, workspace, version)
    return dict(name=name, purpose=purpose, deployment="known-answer", workspace=workspace, version=version, context=context.hex(),
                local_kek=KEY.hex(), keyset=keyset.hex(), wrapped_by_kek=(salt + iv + xaes(KEY, salt, iv, keyset, context)).hex())


def hashed(purpose, message):
    message = message.encode()
    data = b"\x01" + field(purpose.encode()) + field(b"known-answer") + message
    return dict(purpose=purpose, deployment="known-answer", message=message.hex(), key=KEY.hex(), hash=hmac.digest(KEY, data, sha256).hex())


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


INTEGRATION = "01920000-0000-7000-8000-000000000003"
first = payload(PAYLOADS[0])
hosted = payload(PAYLOADS[1])
write("sealed-records.json", [
    sealed_record(1, "known answer of the start", b"known answer", kind=3, field=2),
    sealed_record(2, "credential, generation 7", first, integration=INTEGRATION, provider="sandbox", generation=7),
    sealed_record(3, "candidate of an attempt", first, kind=2, integration=INTEGRATION, provider="sandbox", generation=7,
                  binding="01920000-0000-7000-8000-00000000000a"),
    sealed_record(4, "client secret bound to an origin", b"vector-client-value", kind=5, entity=INTEGRATION, integration=INTEGRATION,
                  provider="", generation=2, binding="https://auth.example.com"),
    sealed_record(5, "empty plaintext", b""),
    sealed_record(6, "credential with parameters", hosted, integration=INTEGRATION, provider="sandbox", generation=1),
])


def with_parameters(*encoded):
    return first + b"".join(b"\x0f" + field(one) for one in encoded)


bad = {
    "unknown version": b"\x02" + first[1:],
    "unknown tag": first + b"\x10\x00\x00",
    "a field twice": first[:5] + first[1:5] + first[5:],
    "fields out of order": b"\x01" + first[5:24] + first[1:5] + first[24:],
    "cut in a length": first[:-9],
    "no access token": b"\x01" + b"\x01\x00\x01\x01",
    "unknown type": b"\x01\x01\x00\x01\x63" + first[5:],
    "undefined flag": first.replace(b"\x06\x00\x01\x01", b"\x06\x00\x01\x03"),
    "empty": b"",
    "parameters out of order": with_parameters(parameter("b", "1"), parameter("a", "1")),
    "a parameter twice": with_parameters(parameter("a", "1"), parameter("a", "1")),
    "a parameter before the time of issue": first[:-11] + b"\x0f" + field(parameter("a", "1")) + first[-11:],
    "a parameter without value": with_parameters(parameter("a", "")),
    "a parameter without name": with_parameters(parameter("", "1")),
    "an empty parameter": with_parameters(b""),
    "half a length": with_parameters(b"\x00"),
    "a name longer than its parameter": with_parameters(b"\x00\x05a"),
    "a name in capitals": with_parameters(parameter("A", "1")),
    "a name of 41 characters": with_parameters(parameter("a" * 41, "1")),
    "a value of 513 bytes": with_parameters(parameter("a", "x" * 513)),
    "a value that is not UTF-8": with_parameters(field(b"a") + b"\xff"),
    "21 parameters": with_parameters(*(parameter(chr(97 + i), "1") for i in range(21))),
}
write("credential-payloads.json", dict(valid=[dict(v, payload=payload(v).hex()) for v in PAYLOADS],
                                       invalid=[dict(name=k, payload=v.hex()) for k, v in bad.items()]))
write("authority-rows.json", [
    authority("every type", "api_key", [["u", "01920000-0000-7000-8000-000000000004"], ["s", "name"], ["b", "00ff"], ["i", -5],
                                        ["f", True], ["t", 1767225600123456], ["l", [["s", "a"], ["s", ""]]], ["s", None]]),
    authority("nothing is not empty", "api_key", [["s", ""], ["l", []], ["l", None]]),
    authority("same row of another kind", "integration", [["s", ""], ["l", []], ["l", None]]),
])
write("wrapped-keysets.json", [
    wrapped(6, "workspace keyset of the vault", "vault-workspace", "01920000-0000-7000-8000-000000000001", 1),
    wrapped(7, "workspace keyset of the client secrets", "client-secrets-workspace", "01920000-0000-7000-8000-000000000001", 2),
    wrapped(8, "key of the deployment", "deployment-authority-mac", None, 1),
])
write("hashes.json", [hashed(p, "vector-value") for p in ("connect-state", "session-token", "finish-code", "browser", "idempotency",
                                                          "request", "client-secret-fingerprint")])
whole = owed(OWED[0])
one = owed(OWED[1])
last = b"\x04" + struct.pack(">I", len(parameter("subdomain", "north"))) + parameter("subdomain", "north")
assert one.endswith(last)
malformed = {
    "empty": b"",
    "unknown version": b"\x02" + whole[1:],
    "unknown kind": whole + b"\x05\x00\x00\x00\x01a",
    "no origin": b"\x01\x02\x00\x00\x00\x01a",
    "an empty token": b"\x01\x02\x00\x00\x00\x00" + one[25:],
    "a token twice": whole[:1] + whole[1:26] + whole[1:],
    "tokens out of order": b"\x01" + whole[26:50] + whole[1:26] + whole[50:],
    "an origin twice": whole + whole[50:],
    "a negative length": b"\x01\x02\xff\xff\xff\xff" + one[6:],
    "cut in a length": whole[:53],
    "cut in a value": whole[:-1],
    "a byte left over": whole + b"\x00",
    "a parameter before the origin": b"\x01" + last + whole[1:],
    "a parameter twice": one + last,
    "a parameter without value": whole + b"\x04" + struct.pack(">I", 3) + field(b"a"),
}
write("owed-tokens.json", dict(valid=[dict(v, plain=owed(v).hex()) for v in OWED],
                               invalid=[dict(name=k, plain=v.hex()) for k, v in malformed.items()]))
