"""Second implementation of docs/backup-format.md. Writes backups.json in this directory; run it only to add vectors, never to change them.

`reference.py FILE KEKFILE` reads a backup whose KEK is a local one and says what is in it.
Needs the Python package `cryptography`. Keys, salts and prefixes here are public test values.
"""
import base64, hashlib, json, pathlib, struct, sys, uuid, zlib
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
MAGIC = b"authpipe-backup-1\n"
SEGMENT = 1 << 20
KEK = bytes(range(32))
KEY = bytes(range(100, 132))
SALT, PREFIX = bytes([7] * 32), bytes([9] * 7)


def field(value):
    return struct.pack(">H", len(value)) + value


def fields(data):
    out = []
    while data:
        n = struct.unpack(">H", data[:2])[0]
        assert len(data) >= 2 + n
        out.append(data[2:2 + n])
        data = data[2 + n:]
    return out


def xaes_key(key, salt):
    def block(counter):
        mac = CMAC(algorithms.AES(key))
        mac.update(b"\x00" + bytes([counter]) + b"X\x00" + salt)
        return mac.finalize()
    return AESGCM(block(1) + block(2))


def context(v):
    purpose = "backup-" + v["store"].replace("_", "-") + "-" + v["backup"]
    return (b"\x01" + field(purpose.encode()) + field(v["deployment"].encode()) + field(b"") + field(struct.pack(">I", v["schema"])))


def wrap(v):
    salt, iv = bytes([3] * 12), bytes([4] * 12)
    return b"\x01" + salt + iv + xaes_key(KEK, salt).encrypt(iv, KEY, context(v))


def header(v, wrapped):
    out = (b"\x01" + field(v["deployment"].encode()) + field(v["store"].encode()) + field(v["place"].encode())
           + field(uuid.UUID(v["backup"]).bytes) + field(struct.pack(">I", v["schema"])) + field(struct.pack(">Q", v["snapshot_ms"]))
           + field(v["kek_name"].encode()) + field(wrapped))
    return MAGIC + struct.pack(">I", len(out)) + out


def record(kind, payload):
    return bytes([kind]) + struct.pack(">I", len(payload)) + payload


def content(v):
    out, rows = b"", 0
    for table in v["tables"]:
        out += record(2, field(table["name"].encode()) + b"".join(field(c.encode()) for c in table["columns"]))
        data = table["rows"].encode()
        for at in range(0, len(data), table.get("cut", 60000)):
            out += record(3, data[at:at + table.get("cut", 60000)])
        out += record(4, struct.pack(">Q", data.count(b"\n")) + hashlib.sha256(data).digest())
        rows += data.count(b"\n")
    for s in v["sequences"]:
        out += record(5, field(s["name"].encode()) + struct.pack(">QB", s["last"], s["called"]))
    for h in v["heads"]:
        out += record(6, uuid.UUID(h["workspace"]).bytes + struct.pack(">IQ", h["epoch"], h["size"]) + bytes.fromhex(h["root"]))
    for l in v["ledgers"]:
        out += record(7, uuid.UUID(l["workspace"]).bytes + struct.pack(">QQ", l["last"], l["entries"]))
    return out + record(8, struct.pack(">IQIII", len(v["tables"]), rows, len(v["sequences"]), len(v["heads"]), len(v["ledgers"])))


def nonce(prefix, i, last):
    return prefix + struct.pack(">IB", i, last)


def derived(key, salt, ad):
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=ad).derive(key))


def encrypt(plain, ad):
    aead = derived(KEY, SALT, ad)
    first = SEGMENT - 40 - 16
    parts = [plain[:first]] + [plain[i:i + SEGMENT - 16] for i in range(first, len(plain), SEGMENT - 16)]
    out = bytes([40]) + SALT + PREFIX
    for i, part in enumerate(parts):
        out += aead.encrypt(nonce(PREFIX, i, i == len(parts) - 1), part, None)
    return out


def decrypt(stream, key, ad):
    assert stream[0] == 40
    aead, prefix = derived(key, stream[1:33], ad), stream[33:40]
    parts = [stream[40:SEGMENT]] + [stream[i:i + SEGMENT] for i in range(SEGMENT, len(stream), SEGMENT)]
    return b"".join(aead.decrypt(nonce(prefix, i, i == len(parts) - 1), p, None) for i, p in enumerate(parts))


def read(path, kek):
    data = path.read_bytes()
    assert data.startswith(MAGIC)
    length = struct.unpack(">I", data[18:22])[0]
    ad, stream = data[:22 + length], data[22 + length:]
    assert ad[22] == 1
    deployment, store, place, backup, schema, snapshot, kek_name, wrapped = fields(ad[23:])
    v = dict(deployment=deployment.decode(), store=store.decode(), backup=str(uuid.UUID(bytes=backup)), schema=struct.unpack(">I", schema)[0])
    assert wrapped[0] == 1
    key = xaes_key(kek, wrapped[1:13]).decrypt(wrapped[13:25], wrapped[25:], context(v))
    inflater = zlib.decompressobj()
    plain = inflater.decompress(decrypt(stream, key, ad))
    assert inflater.eof and not inflater.unused_data
    counts, at, rows, ended = {}, 0, 0, False
    while at < len(plain):
        kind, n = plain[at], struct.unpack(">I", plain[at + 1:at + 5])[0]
        payload = plain[at + 5:at + 5 + n]
        at += 5 + n
        counts[kind] = counts.get(kind, 0) + 1
        if kind == 2:
            digest, lines = hashlib.sha256(), 0
        elif kind == 3:
            digest.update(payload)
            lines += payload.count(b"\n")
        elif kind == 4:
            assert payload == struct.pack(">Q", lines) + digest.digest()
            rows += lines
        elif kind == 8:
            ended = payload == struct.pack(">IQIII", counts.get(2, 0), rows, counts.get(5, 0), counts.get(6, 0), counts.get(7, 0))
    assert ended
    v.update(place=place.decode(), snapshot_ms=struct.unpack(">Q", snapshot)[0], kek_name=kek_name.decode(), tables=counts.get(2, 0), rows=rows,
             heads=counts.get(6, 0), segments=1 + max(0, (len(stream) - 1) // SEGMENT))
    return v


def vector(name, refused=None, change=lambda plain: plain, change_file=lambda file: file, **more):
    v = dict(name=name, deployment="acme", store="vault", place="", backup="0192aaaa-0000-7000-8000-000000000001", schema=19,
             snapshot_ms=1790000000123, kek_name="main", kek=KEK.hex(), key=KEY.hex(), tables=[], sequences=[], heads=[], ledgers=[])
    v.update(more)
    wrapped = wrap(v)
    ad = header(v, wrapped)
    file = change_file(ad + encrypt(change(zlib.compress(content(v))), ad))
    v.update(context=context(v).hex(), header=ad.hex(), file=base64.b64encode(file).decode(), refused=refused)
    return v


def main():
    workspace = "0192bbbb-0000-7000-8000-000000000002"
    tables = [
        dict(name="workspace", columns=["workspace_id", "name"], rows=workspace + "\tacme\n"),
        dict(name="empty", columns=["id"], rows=""),
        dict(name="text", columns=["a", "b"], rows="one\\ntwo\t\\N\nthree\t\\\\\n", cut=5),
    ]
    full = dict(tables=tables, sequences=[dict(name="outbox_entry_id_seq", last=42, called=1)],
                heads=[dict(workspace="00000000-0000-0000-0000-000000000000", epoch=0, size=3, root="11" * 32),
                       dict(workspace=workspace, epoch=2, size=9, root="22" * 32)],
                ledgers=[dict(workspace=workspace, last=4, entries=3)])
    twice = dict(full, tables=tables + [tables[0]])

    def miscounted(plain):
        return zlib.compress(zlib.decompress(plain).replace(struct.pack(">Q", 2) + hashlib.sha256(tables[2]["rows"].encode()).digest(),
                                                            struct.pack(">Q", 3) + hashlib.sha256(tables[2]["rows"].encode()).digest()))

    def without_end(plain):
        return zlib.compress(zlib.decompress(plain)[:-5 - 24])

    def longer(plain):
        return plain + b"\x00"

    def more_behind_end(plain):
        return zlib.compress(zlib.decompress(plain) + record(3, b""))

    def flipped(place):
        return lambda file: file[:place] + bytes([file[place] ^ 1]) + file[place + 1:]

    vectors = [
        vector("everything", **full),
        vector("an empty store of a cell", store="client_secrets", place="acme-eu", kek_name="client-secrets"),
        vector("a table twice", refused="content", **twice),
        vector("rows miscounted", refused="content", change=miscounted, **full),
        vector("no end", refused="content", change=without_end, **full),
        vector("a record behind the end", refused="content", change=more_behind_end, **full),
        vector("a byte behind the compressed stream", refused="content", change=longer, **full),
        vector("a changed magic", refused="file", change_file=flipped(3), **full),
        vector("a changed schema in the header", refused="file", change_file=lambda f: f.replace(struct.pack(">HI", 4, 19), struct.pack(">HI", 4, 18), 1), **full),
        vector("a changed KEK name in the header", refused="file", change_file=lambda f: f.replace(field(b"main"), field(b"maim"), 1), **full),
        vector("a changed last byte", refused="file", change_file=lambda f: f[:-1] + bytes([f[-1] ^ 1]), **full),
        vector("a byte too many", refused="file", change_file=lambda f: f + b"\x00", **full),
        vector("a byte too few", refused="file", change_file=lambda f: f[:-1], **full),
    ]
    (HERE / "backups.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        kek = base64.b64decode(pathlib.Path(sys.argv[2]).read_text().split(" ")[1])
        print(json.dumps(read(pathlib.Path(sys.argv[1]), kek), indent=1))
    else:
        main()
