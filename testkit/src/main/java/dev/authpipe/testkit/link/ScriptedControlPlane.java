package dev.authpipe.testkit.link;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.Exchange;
import dev.authpipe.testkit.http.ExchangeHandler;
import dev.authpipe.testkit.http.LoopbackServer;

/**
 * A control plane on loopback with real TLS 1.3 and client certificates. It keeps the rules of docs/link-format.md until a script replaces what a
 * path does. Written apart from the program, which it shares no code with.
 */
public final class ScriptedControlPlane implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final HexFormat HEX = HexFormat.of();

  private final X509Bundle certificate;
  private final KeyPair commandKey;
  private final LoopbackServer server;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, ExchangeHandler> scripts = new ConcurrentHashMap<>();
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();
  private final List<JsonNode> reports = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> commands = new CopyOnWriteArrayList<>();
  private final List<String> identities = new CopyOnWriteArrayList<>();
  private final ScriptedWitness witness = new ScriptedWitness();
  private final AtomicLong nextReport = new AtomicLong(1);
  private final AtomicLong sequence = new AtomicLong();
  private final String dataPlane = "dpl_01js00000ke0080000000000" + "01";
  private volatile String feed = "";
  private volatile long feedVersion;
  private volatile byte[] secret = new byte[32];

  private ScriptedControlPlane() throws Exception {
    certificate = new CertificateBuilder().ecp256().subject("CN=control plane").setIsCertificateAuthority(true).buildSelfSigned();
    commandKey = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    server = LoopbackServer.startWithClientCertificates(this::handle, context(certificate));
  }

  /** Starts one. */
  public static ScriptedControlPlane start() {
    try {
      return new ScriptedControlPlane();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public URI origin() {
    return server.origin();
  }

  public LoopbackServer server() {
    return server;
  }

  public String dataPlane() {
    return dataPlane;
  }

  /** A new enrolment code; the one before is void. */
  public String enrolmentCode() {
    byte[] fresh = new byte[32];
    random.nextBytes(fresh);
    secret = fresh;
    byte[] body = concat(new byte[]{1}, identity(), sha256(rawCommandKey()), fresh);
    return "ap_enrol_" + Base64.getUrlEncoder().withoutPadding().encodeToString(concat(body, Arrays.copyOf(sha256(body), 4)));
  }

  /** What this server proves: SHA-256 of its SubjectPublicKeyInfo. */
  public byte[] identity() {
    return sha256(certificate.getCertificate().getPublicKey().getEncoded());
  }

  /** Offers a document whose version rises by one; the workspaces are JSON. */
  public long offer(String workspaces) {
    return offer(feedVersion + 1, workspaces);
  }

  /** Offers a document of any version. */
  public synchronized long offer(long version, String workspaces) {
    feedVersion = version;
    feed = "{\"v\":1,\"data_plane\":\"" + dataPlane + "\",\"version\":" + version
        + ",\"issued_at\":\"2027-03-01T12:00:00.000Z\",\"workspaces\":" + workspaces + "}";
    return version;
  }

  /** Puts a command into the queue, with members of one's own on top; answers its id. */
  public String command(String kind, String workspace, String target, Map<String, Object> changed) {
    Map<String, Object> payload = payload(kind, workspace, target);
    payload.putAll(changed);
    commands.add(signed(payload, commandKey));
    return java.util.Objects.toString(payload.get("id"));
  }

  /** Puts a command into the queue that another key signed. */
  public void forgedCommand(String kind, String workspace, String target) {
    try {
      commands.add(signed(payload(kind, workspace, target), KeyPairGenerator.getInstance("Ed25519").generateKeyPair()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything in the queue again, in the opposite order. */
  public void replayCommands() {
    List<Map<String, String>> all = new ArrayList<>(commands);
    commands.clear();
    commands.addAll(all.reversed());
  }

  private Map<String, Object> payload(String kind, String workspace, String target) {
    Map<String, Object> payload = new TreeMap<>();
    long seq = sequence.incrementAndGet();
    payload.putAll(Map.of("v", 1, "data_plane", dataPlane, "seq", seq, "id", "cmd_" + "0".repeat(22) + String.format("%04d", seq),
        "kind", kind, "workspace", workspace, "target", target));
    java.time.Instant now = java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    payload.put("issued_at", time(now));
    payload.put("expires_at", time(now.plusSeconds(3600)));
    return payload;
  }

  /** A time as the link has it. */
  public static String time(java.time.Instant time) {
    return java.time.format.DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", java.util.Locale.ROOT)
        .withZone(java.time.ZoneOffset.UTC).format(time);
  }

  /** What a path does from now on, such as {@code /link/v1/feed}; null: what it should. */
  public void script(String path, @org.jspecify.annotations.Nullable ExchangeHandler handler) {
    if (handler == null) {
      scripts.remove(path);
    } else {
      scripts.put(path, handler);
    }
  }

  /** Every report that was taken, each number once. */
  public List<JsonNode> reports() {
    return List.copyOf(reports);
  }

  /** Reports of a kind. */
  public List<JsonNode> reports(String kind) {
    return reports.stream().filter(report -> report.path("kind").asText().equals(kind)).toList();
  }

  /** Every body that came to a path. */
  public List<String> bodies(String path) {
    return List.copyOf(bodies.getOrDefault(path, List.of()));
  }

  /** Every body that came, whole. */
  public Map<String, List<String>> bodies() {
    return Map.copyOf(bodies);
  }

  /** What became of the checkpoints that came. */
  public ScriptedWitness witness() {
    return witness;
  }

  /** Identities that may speak. */
  public List<String> identities() {
    return List.copyOf(identities);
  }

  private void handle(Exchange exchange) throws IOException {
    String path = exchange.request().rawPath();
    String peer = HEX.formatHex(sha256(exchange.peer().getPublicKey().getEncoded()));
    String body = exchange.bodyText();
    if (!body.isEmpty()) {
      bodies.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>()).add(body);
    }
    ExchangeHandler script = scripts.get(path);
    if (script != null) {
      script.handle(exchange);
    } else if (path.equals("/link/v1/enrol")) {
      enrol(exchange, JSON.readTree(body), peer);
    } else if (!identities.contains(peer)) {
      exchange.answer(Answer.of(401));
    } else {
      identities.removeIf(other -> identities.indexOf(other) < identities.indexOf(peer)); // its first use retires the old one
      answer(exchange, path, body);
    }
  }

  private void answer(Exchange exchange, String path, String body) throws IOException {
    switch (path) {
      case "/link/v1/identity" -> {
        identities.add(JSON.readTree(body).path("next").asText());
        exchange.answer(Answer.of(204));
      }
      case "/link/v1/feed" -> feed(exchange);
      case "/link/v1/commands" -> {
        long after = Long.parseLong(exchange.request().rawQuery().replaceAll(".*after=(\\d+).*", "$1"));
        List<Map<String, String>> due = commands.stream().filter(c -> seq(c) > after).limit(100).toList();
        exchange.answer(Answer.json(200, JSON.writeValueAsString(Map.of("v", 1, "commands", due))));
      }
      case "/link/v1/reports" -> {
        JsonNode batch = JSON.readTree(body);
        long number = batch.path("first").asLong();
        for (JsonNode report : batch.path("reports")) {
          if (number == nextReport.get()) {
            reports.add(report);
            nextReport.incrementAndGet();
          }
          number++;
        }
        exchange.answer(Answer.json(200, "{\"v\":1,\"next\":" + nextReport.get() + "}"));
      }
      case "/link/v1/checkpoints" -> exchange.answer(Answer.json(200, witness.answer(JSON.readTree(body))));
      case "/link/v1/heartbeat" -> exchange.answer(Answer.of(204));
      default -> exchange.answer(Answer.of(404));
    }
  }

  private static long seq(Map<String, String> command) {
    try {
      return JSON.readTree(command.get("payload")).path("seq").asLong();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized void feed(Exchange exchange) throws IOException {
    String tag = "\"" + feedVersion + "\"";
    if (feed.isEmpty() || exchange.request().header("If-None-Match").filter(tag::equals).isPresent()) {
      exchange.answer(Answer.of(304));
    } else {
      exchange.answer(Answer.json(200, feed).with("ETag", tag));
    }
  }

  private void enrol(Exchange exchange, JsonNode body, String peer) throws IOException {
    try {
      javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
      mac.init(new javax.crypto.spec.SecretKeySpec(secret, "HmacSHA256"));
      String proof = HEX.formatHex(
          mac.doFinal(concat("authpipe enrol v1\0".getBytes(StandardCharsets.US_ASCII), identity(), HEX.parseHex(peer))));
      if (!proof.equals(body.path("code_proof").asText())) {
        exchange.answer(Answer.of(403));
        return;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    identities.clear();
    identities.add(peer);
    witness.believe(body.path("checkpoint_key").asText());
    exchange.answer(Answer.json(200, "{\"v\":1,\"data_plane\":\"" + dataPlane + "\",\"command_key\":\""
        + HEX.formatHex(rawCommandKey()) + "\"}"));
  }

  private Map<String, String> signed(Map<String, Object> payload, KeyPair key) {
    try {
      String text = JSON.writeValueAsString(payload);
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key.getPrivate());
      signature.update(("authpipe command v1\0" + text).getBytes(StandardCharsets.UTF_8));
      return Map.of("payload", text, "signature", HEX.formatHex(signature.sign()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] rawCommandKey() {
    byte[] encoded = commandKey.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }

  private static SSLContext context(X509Bundle certificate) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(certificate.toKeyManagerFactory().getKeyManagers(), new TrustManager[]{new AnyClient()}, null);
    return context;
  }

  /** Who speaks is told by the identity, above TLS. */
  private static final class AnyClient implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static byte[] concat(byte[]... parts) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
