// Third implementation of docs/audit-format.md, for an auditor with Node and nothing else:
//   node verify.mjs EXPORT NOTE VKEY    prints one JSON object; exit code 0: holds, 1: does not, 2: wrong use
// Holds the leaves in memory and computes every root from the top by the definition of RFC 6962 section 2.1.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const node = (left, right) => sha(Buffer.of(1), left, right);
const split = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k; };
const root = (l) => l.length === 0 ? sha() : l.length === 1 ? l[0] : node(root(l.slice(0, split(l.length))), root(l.slice(split(l.length))));
const fail = (line, why) => { console.log(JSON.stringify({ holds: false, line, why })); process.exit(1); };

// The root of a tree whose first leaves are known by their frontier only: each of its roots covers a power of two.
function rootFrom(from, frontier, leaves) {
  if (from === 0) return root(leaves);
  const n = from + leaves.length;
  if (from === n && frontier.length === 1) return frontier[0];
  const k = split(n);
  if (from < k) return node(rootFrom(from, frontier, leaves.slice(0, k - from)), root(leaves.slice(k - from)));
  return node(frontier[0], from === k ? root(leaves) : rootFrom(from - k, frontier.slice(1), leaves));
}

// RFC 9162 section 2.1.4.2.
function consistent(first, firstRoot, second, secondRoot, proof) {
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
  let fn = first - 1, sn = second - 1;
  while (fn % 2 === 1) { fn = Math.floor(fn / 2); sn = Math.floor(sn / 2); }
  let fr = path[0], sr = path[0];
  for (const c of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      fr = node(c, fr); sr = node(c, sr);
      while (fn % 2 === 0 && fn !== 0) { fn /= 2; sn = Math.floor(sn / 2); }
    } else sr = node(sr, c);
    fn = Math.floor(fn / 2); sn = Math.floor(sn / 2);
  }
  return sn === 0 && fr.equals(firstRoot) && sr.equals(secondRoot);
}

function opened(note, vkey) {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey.trim()) ?? [];
  const typed = Buffer.from(key ?? "", "base64");
  if (typed.length !== 33 || typed[0] !== 1 || sha(name, "\n", typed).subarray(0, 4).toString("hex") !== id) fail(0, "not a verifier key");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), typed.subarray(1)]);
  const at = note.lastIndexOf("\n\n"), text = note.slice(0, at + 1);
  const signed = note.slice(at + 2).split("\n").some((line) => {
    const [dash, by, content] = line.split(" "), bytes = Buffer.from(content ?? "", "base64");
    return dash === "\u2014" && by === name && bytes.subarray(0, 4).toString("hex") === id
      && verify(null, Buffer.from(text), createPublicKey({ key: spki, format: "der", type: "spki" }), bytes.subarray(4));
  });
  const [origin, size, hash] = text.split("\n");
  if (!signed || !origin.startsWith(name + "/")) fail(0, "the checkpoint is not signed by the key");
  return { origin, size: Number(size), root: Buffer.from(hash, "base64") };
}

const hashes = (hex) => (hex.match(/.{64}/g) ?? []).map((h) => Buffer.from(h, "hex"));
if (process.argv.length !== 5) { console.error("usage: node verify.mjs EXPORT NOTE VKEY"); process.exit(2); }
const [file, noteFile, vkey] = process.argv.slice(2);
const trusted = opened(readFileSync(noteFile, "utf8"), vkey);
const lines = readFileSync(file, "latin1").split("\n");
if (lines.pop() !== "") fail(lines.length + 1, "cut off");
const head = JSON.parse(Buffer.from(lines[0], "latin1").toString("utf8"));
const own = opened(head.checkpoint, vkey);
const leaves = [];
for (let i = 1; i <= head.to - head.from; i++) {
  const [, event, leaf] = /^\{"event":(.*),"leaf":"([0-9a-f]{64})"\}$/s.exec(lines[i] ?? "") ?? fail(i + 1, "not an event");
  if (event !== "null" && sha(Buffer.of(0), Buffer.from(event, "latin1")).toString("hex") !== leaf) fail(i + 1, "changed");
  if (event !== "null" && JSON.parse(event).seq !== head.from + i - 1) fail(i + 1, "out of place");
  leaves.push(Buffer.from(leaf, "hex"));
}
const frontier = hashes(head.frontier);
const known = new Map([[head.to, rootFrom(head.from, frontier, leaves)]]);
if (head.to < own.size) {
  if (!consistent(head.to, known.get(head.to), own.size, own.root, hashes(JSON.parse(lines[head.to - head.from + 1]).proof))) fail(0, "proof");
  known.set(own.size, own.root);
}
for (const checkpoint of [own, trusted]) {
  if (checkpoint.origin !== trusted.origin) fail(0, "another log");
  const found = known.get(checkpoint.size)
    ?? (checkpoint.size >= head.from && checkpoint.size < head.to ? rootFrom(head.from, frontier, leaves.slice(0, checkpoint.size - head.from)) : fail(0, "truncated"));
  if (!found.equals(checkpoint.root)) fail(0, "not as signed");
}
console.log(JSON.stringify({ holds: true, events: leaves.length, size: trusted.size }));
