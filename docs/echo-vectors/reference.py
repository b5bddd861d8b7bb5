"""Second implementation of docs/echo-guard.md, apart from the program. Writes vectors.json in this directory.

Secrets here are public test values.
"""
import base64, json, pathlib, re, urllib.parse

HERE = pathlib.Path(__file__).parent
LEAST, LONGEST, MOST_WITHHELD = 8, 80, 16


def decisive(form):
    withheld = max(0, min(MOST_WITHHELD, len(form) // 4, len(form) - LEAST))
    return form[:len(form) - withheld]


def forms(secret):
    if len(secret) < LEAST:
        return []
    secret = secret[-LONGEST:]
    found = [secret.hex(), secret.hex().upper()]
    found = [secret] + [one.encode() for one in found]
    if b" " in secret:
        found.append(secret.replace(b" ", b"+"))
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        inner = encoded[-(-before * 8 // 6):(before + len(secret)) * 8 // 6]
        found += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return sorted({decisive(one) for one in found})


def percent(data, every=1):
    return "".join("%%%02X" % b if i % every == 0 else chr(b) for i, b in enumerate(data))


def echoes(secret):
    text = secret.decode()
    unicode = "".join("\\u%04x" % ord(c) for c in text)
    odd = "".join("\\u00%02X" % ord(c) if i % 3 == 0 else "%%%02x" % ord(c) if i % 3 == 1 else c for i, c in enumerate(text))
    url = urllib.parse.quote(text, safe="")
    dressed = {
        "raw": text,
        "JSON": json.dumps({"token": text}),
        "JSON with escaped slashes": json.dumps({"token": text}).replace("/", "\\/"),
        "JSON in JSON": json.dumps({"said": json.dumps({"token": text})}),
        "every character as \\u": unicode,
        "every character as \\x": "".join("\\x%02x" % ord(c) for c in text),
        "percent-encoded where needed": url,
        "percent-encoded in lower case": re.sub("%..", lambda m: m.group().lower(), url),
        "percent-encoded twice": urllib.parse.quote(url, safe=""),
        "every octet percent-encoded": percent(secret),
        "every second octet percent-encoded": percent(secret, 2),
        "escapes of all kinds": odd,
        "form": urllib.parse.urlencode({"token": text}),
        "hexadecimal": secret.hex(),
        "hexadecimal in upper case": secret.hex().upper(),
    }
    for before in ("", "a", "ab", "abc"):
        data = (before + text + "xyz").encode()
        dressed["base64 behind %d bytes" % len(before)] = base64.b64encode(data).decode()
        dressed["URL-safe base64 behind %d bytes" % len(before)] = base64.urlsafe_b64encode(data).decode().rstrip("=")
    dressed["base64 of its own"] = base64.b64encode(secret).decode()
    dressed["base64, percent-encoded"] = urllib.parse.quote(base64.b64encode(secret).decode(), safe="")
    dressed["a Basic header"] = "Authorization: Basic " + base64.b64encode(b"somebody:" + secret).decode()
    dressed["a Bearer header in a page"] = "<pre>Authorization: Bearer " + text + "</pre>"
    return {name: value for name, value in dressed.items()}


def clean(secret):
    text = secret.decode()
    short = decisive(secret[-LONGEST:]).decode()
    return {
        "one byte less than decides": short[:-1] + ("#" if text[len(short) - 1:len(short)] != "#" else "!"),
        "without its first byte": short[1:],
        "backwards": text[::-1],
        "with a space in the middle": short[:len(short) // 2] + "  " + short[len(short) // 2:],
        "another text of the same length": "lorem ipsum dolor sit amet "[:len(text)],
    }


SECRETS = {
    "a token of 40 letters and digits": b"tok_A1b2C3d4E5f6G7h8J9k0L1m2N3p4Q5r6S7t8",
    "one with every character that escapes touch": b"vec/tor+secret=with~every?kind&of%char\"act\\er'1",
    "the shortest that is looked for": b"Vect0r!8",
    "a password with a space": b"correct horse battery",
    "a signed one, of which the end decides": b"eyJoZWFkIjoxfQ." + b"cGF5bG9hZA" * 20 + b".c2lnbmF0dXJlLW9mLXRoZS12ZWN0b3ItbnVtYmVyLTE_-",
}

vectors = [{"name": name, "secret": secret.decode(), "forms": [one.decode() for one in forms(secret)],
            "echoes": [{"name": n, "text": t} for n, t in echoes(secret).items()],
            "clean": [{"name": n, "text": t} for n, t in clean(secret).items()] if len(secret) <= LONGEST else []}
           for name, secret in SECRETS.items()]
vectors.append({"name": "too short to be looked for", "secret": "short77", "forms": [], "echoes": [],
                "clean": [{"name": "itself", "text": "short77"}]})
(HERE / "vectors.json").write_text(json.dumps({"vectors": vectors}, indent=1) + "\n")
