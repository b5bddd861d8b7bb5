package dev.authpipe.testkit.link;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A witness by the rules of docs/link-format.md, written apart from the program: it checks the signature of each note and rebuilds both roots
 * from the proof by the recursion of RFC 6962 section 2.1.2. Knows no restores. Thread-safe.
 */
public final class ScriptedWitness {
  private static final byte[] SPKI = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Seen> logs = new LinkedHashMap<>();
  private String key = "";

  private record Seen(String note, long size, String root, int epoch) {}

  /** Believes this key, in note form, from now on. */
  public synchronized void believe(String verifierKey) {
    key = verifierKey;
  }

  /** The key that is believed. */
  public synchronized String key() {
    return key;
  }

  /** The last note of each log that was taken, by origin. */
  public synchronized Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>();
    logs.forEach((origin, seen) -> notes.put(origin, seen.note));
    return notes;
  }

  /** How many events a log had last, 0 for one that is not known. */
  public synchronized long size(String origin) {
    Seen seen = logs.get(origin);
    return seen == null ? 0 : seen.size;
  }

  /** Forgets everything, as after the restore of an old backup. */
  public synchronized void forget() {
    logs.clear();
  }

  /** Answers a batch. */
  public synchronized String answer(JsonNode batch) {
    ObjectNode answer = JSON.createObjectNode().put("v", 1);
    var results = answer.putArray("results");
    batch.path("checkpoints").forEach(sent -> results.add(take(sent)));
    return answer.toString();
  }

  /** Looks at one checkpoint; answers its result. */
  public synchronized JsonNode take(JsonNode sent) {
    String origin = sent.path("origin").asText();
    Seen last = logs.get(origin);
    Seen now = opened(origin, sent.path("note").asText());
    String status = now == null ? "refused" : judge(last, now, sent);
    if (status.equals("taken")) {
      logs.put(origin, Objects.requireNonNull(now));
    }
    Seen kept = logs.get(origin);
    return JSON.createObjectNode().put("status", status).put("epoch", kept == null ? 0 : kept.epoch)
        .put("size", kept == null ? 0 : kept.size);
  }

  private static String judge(@Nullable Seen last, Seen now, JsonNode sent) {
    if (last == null) {
      return "taken";
    } else if (now.epoch != last.epoch || (now.size == last.size && !now.root.equals(last.root))) {
      return "fork";
    } else if (now.size == last.size) {
      return "taken";
    } else if (sent.path("from").asLong() != last.size) {
      return "behind";
    }
    Deque<byte[]> proof = new ArrayDeque<>();
    sent.path("proof").forEach(hash -> proof.add(HexFormat.of().parseHex(hash.asText())));
    return continues(last, now, proof) ? "taken" : "fork";
  }

  private static boolean continues(Seen last, Seen now, Deque<byte[]> proof) {
    if (last.size > now.size) {
      return false;
    } else if (last.size == 0) {
      return proof.isEmpty();
    }
    byte[] known = Base64.getDecoder().decode(last.root);
    byte[][] roots = roots(last.size, now.size, true, known, proof);
    return roots != null && proof.isEmpty() && Arrays.equals(roots[0], known)
        && Arrays.equals(roots[1], Base64.getDecoder().decode(now.root));
  }

  /** The roots of the first {@code m} and of all {@code n} leaves; null: the proof is too short. */
  private static byte @Nullable [][] roots(long m, long n, boolean whole, byte[] known, Deque<byte[]> proof) {
    if (m == n) {
      byte[] root = whole ? known : proof.poll();
      return root == null ? null : new byte[][]{root, root};
    }
    long k = Long.highestOneBit(n - 1);
    byte[][] part = m <= k ? roots(m, k, whole, known, proof) : roots(m - k, n - k, false, known, proof);
    byte[] other = proof.poll();
    if (part == null || other == null) {
      return null;
    }
    return m <= k
        ? new byte[][]{part[0], node(part[1], other)}
        : new byte[][]{node(other, part[0]), node(other, part[1])};
  }

  private @Nullable Seen opened(String origin, String note) {
    int end = note.indexOf("\n\n");
    String[] keyParts = key.split("\\+", 3);
    if (end < 0 || keyParts.length < 3 || !origin.startsWith(keyParts[0] + "/")) {
      return null;
    }
    String text = note.substring(0, end + 1);
    String[] lines = note.substring(0, end).split("\n", -1);
    String[] signature = note.substring(end + 2).strip().split(" ", -1);
    if (lines.length != 4 || !lines[0].equals(origin) || signature.length != 3 || !signature[1].equals(keyParts[0])
        || !signed(text, Base64.getDecoder().decode(signature[2]), Base64.getDecoder().decode(keyParts[2]), keyParts[1])) {
      return null;
    }
    return new Seen(note, Long.parseLong(lines[1]), lines[2], Integer.parseInt(lines[3].split(" ", -1)[1]));
  }

  private static boolean signed(String text, byte[] signature, byte[] typedKey, String keyId) {
    if (!HexFormat.of().formatHex(signature, 0, 4).equals(keyId)) {
      return false;
    }
    try {
      byte[] encoded = Arrays.copyOf(SPKI, SPKI.length + 32);
      System.arraycopy(typedKey, 1, encoded, SPKI.length, 32);
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
      check.update(text.getBytes(StandardCharsets.UTF_8));
      return check.verify(Arrays.copyOfRange(signature, 4, signature.length));
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private static byte[] node(byte[] left, byte[] right) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((byte) 1);
      digest.update(left);
      return digest.digest(right);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
