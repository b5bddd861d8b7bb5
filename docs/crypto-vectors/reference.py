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
    out = (b"\x02" if v["type"] == 5 else b"\x01") + tlv(1, bytes([v["type"]])) + tlv(2, uuid_bytes(v["end_user_id"])) + tlv(3, v["end_user"].encode())
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
    for tag, name in ((16, "client_id"), (17, "client_secret")):
        if v.get(name) is not None:
            out += tlv(tag, v[name].encode())
    for scope in v.get("requested_scopes", []):
        out += tlv(18, scope.encode())
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
    dict(name="client credentials of the connection's own client", type=5, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b",
         end_user="user-42", api_base="https://api.example.com/v2", token_origin="https://auth.example.com", proxy_only=False,
         access_token="vector-access-value", refresh_token=None, token_type="Bearer", scopes=["read"], username=None,
         access_expires_ms=1767225600000, refresh_expires_ms=None, issued_ms=1767222000000, parameters={"tenant": "north"},
         client_id="vector-client", client_secret="vector-client-value", requested_scopes=["read", "write:all"]),
    dict(name="client credentials, the integration's key signs for the connection's client", type=5,
         end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", end_user="user-42", api_base="https://api.example.com/v2",
         token_origin="https://auth.example.com", proxy_only=False, access_token="vector-access-value", refresh_token=None,
         token_type="Bearer", scopes=[], username=None, access_expires_ms=None, refresh_expires_ms=None, issued_ms=1767222000000,
         parameters={}, client_id="vector-client", client_secret=None, requested_scopes=[]),
    dict(name="client credentials of the integration's client", type=5, end_user_id="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b",
         end_user="user-42", api_base="https://api.example.com/v2", token_origin="https://auth.example.com", proxy_only=True,
         access_token="vector-access-value", refresh_token=None, token_type="Bearer", scopes=["read"], username=None,
         access_expires_ms=1767225600000, refresh_expires_ms=None, issued_ms=1767222000000, parameters={}, client_id=None,
         client_secret=None, requested_scopes=["read"]),
]


def owed(v):
    def entry(kind, value):
        return bytes([kind]) + struct.pack(">I", len(value)) + value
    out = b"\x01" if v.get("client_id") is None else b"\x02"
    for kind, name in ((1, "refresh_token"), (2, "access_token"), (3, "token_origin")):
        if v[name] is not None:
            out += entry(kind, v[name].encode())
    for name in sorted(v["parameters"]):
        out += entry(4, parameter(name, v["parameters"][name]))
    for kind, name in ((5, "client_id"), (6, "client_secret")):
        if v.get(name) is not None:
            out += entry(kind, v[name].encode())
    return out


OWED = [
    dict(name="both tokens", refresh_token="vector-refresh-value", access_token="vector-access-value",
         token_origin="https://auth.example.com", parameters={}),
    dict(name="an access token of one customer's host", refresh_token=None, access_token="vector-access-value",
         token_origin="https://north.example.com", parameters={"subdomain": "north", "region": "eu"}),
    dict(name="no token", refresh_token=None, access_token=None, token_origin="https://auth.example.com", parameters={}),
    dict(name="an access token of the connection's own client", refresh_token=None, access_token="vector-access-value",
         token_origin="https://auth.example.com", parameters={"tenant": "north"}, client_id="vector-client",
         client_secret="vector-client-value"),
    dict(name="an access token for whose client the integration's key signs", refresh_token=None,
         access_token="vector-access-value", token_origin="https://auth.example.com", parameters={}, client_id="vector-client",
         client_secret=None),
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
    message = message if isinstance(message, bytes) else message.encode()
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
    sealed_record(7, "signing secret of a webhook endpoint, version 2", bytes(range(32)), kind=8,
                  entity="01920000-0000-8000-8000-000000000005", generation=2),
])


minting = payload(PAYLOADS[4])


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
    "a client of an OAuth credential": first + b"\x10" + field(b"client"),
    "a requested scope of an OAuth credential": first + b"\x12" + field(b"read"),
    "client credentials in version 1": b"\x01" + minting[1:],
    "an OAuth credential in version 2": b"\x02" + first[1:],
    "client credentials with a refresh token": minting.replace(b"\x09\x00\x06Bearer", b"\x08\x00\x01r\x09\x00\x06Bearer"),
    "client credentials without an origin": minting.replace(b"\x05" + field(b"https://auth.example.com"), b"\x05\x00\x00"),
    "a client secret without a client id": minting.replace(b"\x10" + field(b"vector-client"), b""),
    "a client id twice": minting.replace(b"\x10" + field(b"vector-client"), 2 * (b"\x10" + field(b"vector-client"))),
    "a field after the requested scopes": minting + b"\x13\x00\x00",
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
# workspace, integration, link, origin, seconds, end
ENTRY = [["u", "01920000-0000-7000-8000-000000000001"], ["u", INTEGRATION], ["u", "01920000-0000-7000-8000-00000000000b"],
         ["s", "https://auth.example.com"], ["i", 3600], ["t", 1803816000000000]]
write("hashes.json", [hashed(p, "vector-value") for p in ("connect-state", "session-token", "finish-code", "browser", "idempotency",
                                                          "request", "client-secret-fingerprint")] + [
    hashed("client-secret-entry", canonical(ENTRY) + b"vector-value")])
write("entry-link.json", dict(columns=ENTRY, token="vector-value", message=(canonical(ENTRY) + b"vector-value").hex()))
whole = owed(OWED[0])
one = owed(OWED[1])
own = owed(OWED[3])
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
    "a client in version 1": b"\x01" + own[1:],
    "no client in version 2": b"\x02" + whole[1:],
    "a client secret without a client id": b"\x02" + whole[1:] + b"\x06\x00\x00\x00\x01s",
    "an empty client id": b"\x02" + whole[1:] + b"\x05\x00\x00\x00\x00",
    "a client id that is not UTF-8": b"\x02" + whole[1:] + b"\x05\x00\x00\x00\x01\xff",
    "a kind after the client secret": own + b"\x07\x00\x00\x00\x01a",
}
write("owed-tokens.json", dict(valid=[dict(v, plain=owed(v).hex()) for v in OWED],
                               invalid=[dict(name=k, plain=v.hex()) for k, v in malformed.items()]))


# The rescue journal: docs/journal-format.md.
JOURNAL = "01920000-0000-4000-8000-0000000000f1"


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return struct.pack(">I", crc ^ 0xFFFFFFFF)


def segment_header(number, journal=JOURNAL):
    checked = b"authpipe-journal\x01" + uuid.UUID(journal).bytes + struct.pack(">Q", number) + bytes(19)
    return checked + crc32c(checked)


def flags(p):
    return (1 if p["rotated"] else 0) | (2 if p["unaccepted"] else 0)


def place_bytes(p):
    return (bytes([1, p["purpose"], flags(p)]) + uuid_bytes(p["workspace"]) + uuid_bytes(p["connection"]) + uuid_bytes(p["attempt"])
            + uuid_bytes(p["integration"]) + struct.pack(">QQQ", p["generation"], p["fence"], p["received_ms"]) + field(p["provider"].encode()))


def journal_entry(number, name, plaintext, **place):
    p = dict(name=name, purpose=1, rotated=True, unaccepted=False, workspace="01920000-0000-7000-8000-000000000001",
             connection="01920000-0000-7000-8000-000000000002", attempt="01920000-0000-7000-8000-00000000000a", integration=INTEGRATION,
             provider="sandbox", generation=7, fence=12, received_ms=1767222000123)
    p.update(place)
    binding = "\n".join([JOURNAL, p["attempt"], str(p["fence"]), str(flags(p)), str(p["received_ms"])])
    v = sealed_record(number, name, plaintext, workspace=p["workspace"], kind=7, field=p["purpose"], entity=p["connection"],
                      integration=p["integration"], provider=p["provider"], generation=p["generation"], binding=binding)
    body = field(place_bytes(p)) + bytes.fromhex(v["sealed"])
    return dict(p, journal=JOURNAL, place=place_bytes(p).hex(), key=v["key"], key_id=v["key_id"], associated_data=v["associated_data"],
                plaintext=plaintext.hex(), sealed=v["sealed"], record=journal_record(1, body).hex())


def journal_record(kind, body):
    start = bytes([kind]) + struct.pack(">I", len(body))
    return start + crc32c(start + body) + body


def journaled_grant(v):
    def tlv(tag, value):
        return bytes([tag]) + field(value)
    out = b"\x01" + tlv(1, uuid_bytes(v["session"])) + tlv(2, uuid_bytes(v["end_user"])) + tlv(3, v["token_endpoint"].encode())
    for name in sorted(v["parameters"]):
        out += tlv(4, parameter(name, v["parameters"][name]))
    out += tlv(5, v["access_token"].encode())
    if v["refresh_token"] is not None:
        out += tlv(6, v["refresh_token"].encode())
    out += tlv(7, v["token_type"].encode())
    for tag, name in ((8, "lifetime_ms"), (9, "refresh_lifetime_ms")):
        if v[name] is not None:
            out += tlv(tag, struct.pack(">Q", v[name]))
    if v["scopes"] is not None:
        out += tlv(10, b"") + b"".join(tlv(11, scope.encode()) for scope in v["scopes"])
    for pointer in sorted(v["facts"]):
        out += tlv(12, parameter(pointer, v["facts"][pointer]))
    return out


GRANTS = [
    dict(name="everything", session="01920000-0000-7000-8000-0000000000c1", end_user="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b",
         token_endpoint="https://north.example.com/token", parameters={"subdomain": "north", "region": "eu"},
         access_token="vector-access-value", refresh_token="vector-refresh-value", token_type="Bearer", lifetime_ms=3600000,
         refresh_lifetime_ms=2592000000, scopes=["read", "write:all"], facts={"/account/id": "42", "/api": "https://api.example.com"}),
    dict(name="as little as there may be", session="01920000-0000-7000-8000-0000000000c1",
         end_user="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", token_endpoint="https://auth.example.com/token", parameters={},
         access_token="vector-access-value", refresh_token=None, token_type="", lifetime_ms=None, refresh_lifetime_ms=None, scopes=None,
         facts={}),
    dict(name="scopes named and none granted", session="01920000-0000-7000-8000-0000000000c1",
         end_user="7b1f3c52-0f6a-4d3e-9a55-0c1d2e3f4a5b", token_endpoint="https://auth.example.com/token", parameters={},
         access_token="vector-access-value", refresh_token=None, token_type="Bearer", lifetime_ms=0, refresh_lifetime_ms=None, scopes=[],
         facts={}),
]
grant = journaled_grant(GRANTS[0])
little = journaled_grant(GRANTS[1])
bad_grants = {
    "empty": b"",
    "unknown version": b"\x02" + little[1:],
    "unknown tag": little + b"\x0d\x00\x00",
    "a byte left over": little + b"\x00",
    "no access token": little[:little.index(b"\x05" + field(b"vector-access-value"))],
    "a session twice": little[:20] + little[1:20] + little[20:],
    "fields out of order": b"\x01" + little[20:39] + little[1:20] + little[39:],
    "cut in a value": little[:-4],
    "a scope without saying that scopes are named": little + b"\x0b" + field(b"read"),
    "facts out of order": little + b"\x0c" + field(parameter("/b", "1")) + b"\x0c" + field(parameter("/a", "1")),
    "a fact twice": little + b"\x0c" + field(parameter("/a", "1")) + b"\x0c" + field(parameter("/a", "1")),
    "a pointer longer than its fact": little + b"\x0c" + field(b"\x00\x05a"),
    "an empty fact": little + b"\x0c" + field(b""),
    "a lifetime of 7 bytes": little + b"\x08" + field(bytes(7)),
}
entries = [
    journal_entry(11, "a refresh", first),
    journal_entry(12, "a refresh whose answer cannot be accepted", first, rotated=True, unaccepted=True, generation=0, fence=1),
    journal_entry(13, "a finish", grant, purpose=2, generation=0, fence=0, attempt="01920000-0000-7000-8000-00000000000b"),
]
one, two, three = (bytes.fromhex(v["record"]) for v in entries)
head = segment_header(3)
erased = journal_record(2, bytes(len(two) - 9))
torn_header = bytearray(one)
torn_header[1] = 0x7F
segments = [
    ("nothing yet", head, [], 0, False),
    ("three entries", head + one + two + three, [0, 1, 2], 0, False),
    ("the second is erased", head + one + erased + three, [0, 2], 0, False),
    ("the last is torn", head + one + two + three[:-1], [0, 1], 0, True),
    ("the last is torn in its length", head + one + three[:3], [0], 0, True),
    ("zeros at the end", head + one + bytes(500), [0], 0, True),
    ("a changed byte in the middle", head + one + two[:40] + bytes([two[40] ^ 1]) + two[41:] + three, [0, 2], 1, False),
    ("a changed length in the middle", head + bytes(torn_header) + two + three, [1, 2], 1, False),
    ("a changed byte at the end", head + one + three[:-1] + bytes([three[-1] ^ 1]), [0], 1, False),
    ("an unknown type", head + journal_record(3, b"later") + one, [0], 1, False),
    ("a place of another version", head + journal_record(1, field(b"\x02" + place_bytes(entries[0])[1:]) + b"x") + one, [0], 1, False),
]
write("journal.json", dict(
    header=dict(journal=JOURNAL, number=3, bytes=head.hex()), entries=entries,
    segments=[dict(name=n, bytes=b.hex(), entries=e, damaged=d, torn=t) for n, b, e, d, t in segments],
    grants=dict(valid=[dict(v, plain=journaled_grant(v).hex()) for v in GRANTS],
                invalid=[dict(name=k, plain=v.hex()) for k, v in bad_grants.items()])))
