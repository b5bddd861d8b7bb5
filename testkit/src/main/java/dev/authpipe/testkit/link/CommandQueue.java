package dev.authpipe.testkit.link;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** The commands of a scripted control plane: well-made ones and every other kind. Thread-safe. */
public final class CommandQueue {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
      .withZone(ZoneOffset.UTC);
  private static final Duration LIFE = Duration.ofHours(1);
  private static final int MOST = 100;

  private final List<Map<String, String>> commands = new CopyOnWriteArrayList<>();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong ids = new AtomicLong();
  private final ControlPlaneKeys keys;
  private final String dataPlane;
  private final InstantSource clock;

  CommandQueue(ControlPlaneKeys keys, String dataPlane, InstantSource clock) {
    this.keys = keys;
    this.dataPlane = dataPlane;
    this.clock = clock;
  }

  /** A time as the link has it. */
  public static String time(Instant time) {
    return TIME.format(time);
  }

  /** Puts a command into the queue, with members of one's own on top; answers its id. */
  public String add(String kind, String workspace, String target, Map<String, Object> changed) {
    Map<String, Object> payload = payload(kind, workspace, target);
    payload.putAll(changed);
    addSigned(text(payload));
    return Objects.toString(payload.get("id"));
  }

  /** Puts a command into the queue that another key signed. */
  public void addForged(String kind, String workspace, String target) {
    String payload = text(payload(kind, workspace, target));
    commands.add(Map.of("payload", payload, "signature", keys.forged(payload)));
  }

  /** Puts a command into the queue whose payload is not the one that was signed. */
  public void addAltered(String kind, String workspace, String target) {
    String payload = text(payload(kind, workspace, target));
    commands.add(Map.of("payload", payload.replace("\"v\":1", "\"v\": 1"), "signature", keys.signed(payload)));
  }

  /** Signs whatever text this is, and puts it into the queue. */
  public void addSigned(String payload) {
    commands.add(Map.of("payload", payload, "signature", keys.signed(payload)));
  }

  /** Everything in the queue again, in the opposite order. */
  public void replay() {
    List<Map<String, String>> all = new ArrayList<>(commands);
    commands.clear();
    commands.addAll(all.reversed());
  }

  /** Empties the queue. */
  public void clear() {
    commands.clear();
  }

  /** What the link answers to a poll. */
  String due(long after) {
    return document(commands.stream().filter(one -> number(one) > after).limit(MOST).toList());
  }

  /** A document of the first commands in the queue, whatever number was asked for. */
  public String all() {
    return document(commands.stream().limit(MOST).toList());
  }

  private static String document(List<Map<String, String>> commands) {
    return text(Map.of("v", 1, "commands", commands));
  }

  private Map<String, Object> payload(String kind, String workspace, String target) {
    Map<String, Object> payload = new TreeMap<>();
    payload.putAll(Map.of("v", 1, "data_plane", dataPlane, "seq", sequence.incrementAndGet(), "id",
        "cmd_" + "0".repeat(22) + String.format("%04d", ids.incrementAndGet()), "kind", kind, "workspace", workspace, "target",
        target));
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    payload.put("issued_at", time(now));
    payload.put("expires_at", time(now.plus(LIFE)));
    return payload;
  }

  private static long number(Map<String, String> command) {
    try {
      return JSON.readTree(command.get("payload")).path("seq").asLong(Long.MAX_VALUE);
    } catch (IOException noJson) {
      return Long.MAX_VALUE;
    }
  }

  private static String text(Object document) {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
