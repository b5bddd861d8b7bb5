package dev.authpipe.proxy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.backup.BackupException.Reason;
import dev.authpipe.proxy.envelope.KekRegistry;
import dev.authpipe.proxy.envelope.StreamKeys;
import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.Randomness;

/** Backups that a second implementation wrote (docs/backup-vectors). */
@Tag("S53")
class BackupVectorTest {
  @TempDir
  Path directory;

  private static JsonNode vectors() throws IOException {
    Path path = Path.of("docs", "backup-vectors", "backups.json");
    return new ObjectMapper().readTree(Files.readString(Files.exists(path) ? path : Path.of("..").resolve(path)));
  }

  @Test
  void checkedInBackupsAreReadAndRefusedAsTheySay() throws Exception {
    int refused = 0;
    for (JsonNode vector : vectors()) {
      String name = vector.get("name").asText();
      Path file = Files.write(directory.resolve("vector.backup"), Base64.getDecoder().decode(vector.get("file").asText()));
      try (KekRegistry keks = new KekRegistry(List.of(kek(vector)), Duration.ofSeconds(5))) {
        StreamKeys keys = new StreamKeys(keks, new Randomness(new SecureRandom(), Clock.systemUTC()));
        if (vector.get("refused").isNull()) {
          assertThat(read(file, keys, vector)).as(name).isEqualTo(tables(vector));
          BackupHeader header = BackupReader.header(file);
          assertThat(header.context().canonical()).as(name).isEqualTo(HexFormat.of().parseHex(vector.get("context").asText()));
          assertThat(header.snapshot().toEpochMilli()).isEqualTo(vector.get("snapshot_ms").asLong());
          assertThat(header.id()).isEqualTo(UUID.fromString(vector.get("backup").asText()));
          byte[] bytes = Base64.getDecoder().decode(vector.get("file").asText());
          byte[] wrapped = BackupHeader.read(new ByteArrayInputStream(bytes)).wrapped();
          assertThat(header.bytes(wrapped)).isEqualTo(HexFormat.of().parseHex(vector.get("header").asText()));
        } else {
          refused++;
          assertThatThrownBy(() -> read(file, keys, vector)).as(name)
              .isInstanceOfSatisfying(BackupException.class, failure -> assertThat(failure.reason()).isIn(Reason.FILE_REFUSED,
                  Reason.KEY_REFUSED));
        }
      }
    }
    assertThat(refused).isGreaterThan(9);
  }

  private LocalKek kek(JsonNode vector) throws IOException {
    Path key = directory.resolve("kek");
    Files.deleteIfExists(key);
    Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key,
        "authpipe-local-kek-1 " + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(vector.get("kek").asText())) + "\n");
    return new LocalKek(vector.get("kek_name").asText(), key);
  }

  private static Map<String, String> read(Path file, StreamKeys keys, JsonNode vector) throws Exception {
    Map<String, String> found = new LinkedHashMap<>();
    StringBuilder[] rows = new StringBuilder[1];
    String[] table = new String[1];
    BackupHeader header = BackupReader.header(file);
    BackupTotals totals = new BackupReader(keys, _ -> {}).read(file, header, header.kek(), new BackupVisitor() {
      @Override
      public void table(String name, List<String> columns) {
        table[0] = name + columns;
        rows[0] = new StringBuilder();
      }

      @Override
      public void rows(byte[] bytes, int length) {
        rows[0].append(new String(bytes, 0, length, StandardCharsets.UTF_8));
      }

      @Override
      public void endOfTable(long count) {
        found.put(table[0], rows[0].toString());
      }

      @Override
      public void sequence(String name, long value, boolean called) {
        found.put("sequence " + name, value + " " + called);
      }

      @Override
      public void head(UUID workspace, int epoch, long size) {
        found.put("head " + workspace, epoch + " " + size);
      }

      @Override
      public void ledger(UUID workspace, long last, long entries) {
        found.put("ledger " + workspace, last + " " + entries);
      }
    });
    assertThat(totals.tables()).isEqualTo(vector.get("tables").size());
    return found;
  }

  private static Map<String, String> tables(JsonNode vector) {
    Map<String, String> expected = new LinkedHashMap<>();
    for (JsonNode table : vector.get("tables")) {
      expected.put(table.get("name").asText() + new ObjectMapper().convertValue(table.get("columns"), List.class),
          table.get("rows").asText());
    }
    vector.get("sequences").forEach(
        one -> expected.put("sequence " + one.get("name").asText(),
            one.get("last").asLong() + " " + (one.get("called").asInt() == 1)));
    vector.get("heads").forEach(
        one -> expected.put("head " + one.get("workspace").asText(), one.get("epoch").asInt() + " " + one.get("size").asLong()));
    vector.get("ledgers").forEach(
        one -> expected.put("ledger " + one.get("workspace").asText(),
            one.get("last").asLong() + " " + one.get("entries").asLong()));
    return expected;
  }
}
