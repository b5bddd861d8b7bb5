package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Mac;
import com.google.crypto.tink.mac.HmacKey;
import com.google.crypto.tink.mac.HmacParameters;
import com.google.crypto.tink.mac.MacConfig2026;
import com.google.crypto.tink.prf.HmacPrfKey;
import com.google.crypto.tink.prf.HmacPrfParameters;
import com.google.crypto.tink.prf.PrfConfig2026;
import com.google.crypto.tink.prf.PrfSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.proxy.envelope.local.LocalKek;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Holds the code to the checked-in vectors: a change of any stored byte is found here, whoever made it. */
@Tag("S2")
class EnvelopeVectorTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void checkedInRecordsOpenAtTheirPlaceAndNowhereElse() throws GeneralSecurityException {
    for (JsonNode vector : Vectors.read("sealed-records.json")) {
      Aead aead = Vectors.aead(hex(vector, "key"), vector.get("key_id").asInt());
      RecordContext context = context(vector);
      byte[] associatedData = context.associatedData(vector.get("deployment").asText());
      assertThat(associatedData).as(vector.get("name").asText()).isEqualTo(hex(vector, "associated_data"));
      byte[] sealed = hex(vector, "sealed");
      assertThat(SealedRecord.keyId(sealed)).isEqualTo(vector.get("key_id").asInt());
      try (SecretBytes opened = SealedRecord.open(aead, associatedData, sealed)) {
        assertThat(opened.expose()).isEqualTo(hex(vector, "plaintext"));
      }
      for (RecordContext other : elsewhere(context)) {
        assertThatThrownBy(() -> SealedRecord.open(aead, other.associatedData("known-answer"), sealed)).as("%s", other)
            .isInstanceOf(IntegrityException.class);
      }
      assertThatThrownBy(() -> SealedRecord.open(aead, context.associatedData("another"), sealed))
          .isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  @Tag("S3")
  void everySingleBitChangeOfARecordIsRefused() throws GeneralSecurityException {
    for (JsonNode vector : Vectors.read("sealed-records.json")) {
      Aead aead = Vectors.aead(hex(vector, "key"), vector.get("key_id").asInt());
      byte[] associatedData = hex(vector, "associated_data");
      byte[] sealed = hex(vector, "sealed");
      for (int bit = 0; bit < sealed.length * 8; bit++) {
        byte[] changed = sealed.clone();
        changed[bit / 8] ^= (byte) (1 << (bit % 8));
        assertThatThrownBy(() -> SealedRecord.open(aead, associatedData, changed)).isInstanceOf(IntegrityException.class);
      }
      for (int length = 0; length < sealed.length; length++) {
        byte[] cut = Arrays.copyOf(sealed, length);
        assertThatThrownBy(() -> SealedRecord.open(aead, associatedData, cut)).isInstanceOf(IntegrityException.class);
      }
      byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
      assertThatThrownBy(() -> SealedRecord.open(aead, associatedData, longer)).isInstanceOf(IntegrityException.class);
    }
  }

  @Test
  void theStartOpensItsKnownAnswer() {
    KnownAnswers.check();
  }

  @Test
  void authorityRowsHaveTheirCanonicalBytesAndMac() throws GeneralSecurityException {
    for (JsonNode vector : Vectors.read("authority-rows.json")) {
      byte[] canonical = canonical(vector.get("columns")).bytes();
      assertThat(canonical).as(vector.get("name").asText()).isEqualTo(hex(vector, "canonical"));
      byte[] input = DeploymentKeys.authorityInput(vector.get("deployment").asText(), vector.get("kind").asText(), canonical);
      assertThat(input).isEqualTo(hex(vector, "mac_input"));
      assertThat(mac(hex(vector, "key"), vector.get("key_id").asInt()).computeMac(input)).isEqualTo(hex(vector, "mac"));
    }
  }

  @Test
  void hashesOfOneTimeSecretsHaveTheirBytes() throws GeneralSecurityException {
    for (JsonNode vector : Vectors.read("hashes.json")) {
      HashPurpose purpose = Arrays.stream(HashPurpose.values()).filter(p -> p.label().equals(vector.get("purpose").asText()))
          .findFirst().orElseThrow();
      byte[] input = DeploymentKeys.hashInput(vector.get("deployment").asText(), purpose, hex(vector, "message"));
      assertThat(prf(hex(vector, "key")).computePrimary(input, 32)).isEqualTo(hex(vector, "hash"));
    }
  }

  @Test
  void keysetsWrappedByALocalKekUnwrapInTheirContextOnly(@TempDir Path directory) throws IOException {
    for (JsonNode vector : Vectors.read("wrapped-keysets.json")) {
      Path file = Files.createFile(directory.resolve(vector.get("purpose").asText()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, "authpipe-local-kek-1 " + Base64.getEncoder().encodeToString(hex(vector, "local_kek")) + "\n",
          StandardCharsets.US_ASCII);
      LocalKek kek = new LocalKek("vector", file);
      UUID workspace = uuid(vector, "workspace");
      WrapContext context = new WrapContext(vector.get("purpose").asText(), vector.get("deployment").asText(),
          workspace == null ? null : new WorkspaceId(workspace), vector.get("version").asInt());
      assertThat(context.canonical()).isEqualTo(hex(vector, "context"));
      byte[] wrapped = hex(vector, "wrapped_by_kek");
      try (SecretBytes keyset = kek.unwrap(wrapped, context)) {
        assertThat(keyset.expose()).isEqualTo(hex(vector, "keyset"));
      }
      WrapContext later = new WrapContext(context.purpose(), context.deployment(), context.workspace(), context.version() + 1);
      assertThatThrownBy(() -> kek.unwrap(wrapped, later)).isInstanceOf(IntegrityException.class);
    }
  }

  private static List<RecordContext> elsewhere(RecordContext c) {
    List<RecordContext> others = new ArrayList<>();
    UUID other = new UUID(1, 2);
    others.add(new RecordContext(new WorkspaceId(other), c.kind(), c.entity(), c.integration(), c.provider(), c.generation(),
        c.binding()));
    others.add(new RecordContext(c.workspace(), c.kind(), other, c.integration(), c.provider(), c.generation(), c.binding()));
    others.add(new RecordContext(c.workspace(), c.kind(), c.entity(), new IntegrationId(other), c.provider(), c.generation(),
        c.binding()));
    others.add(
        new RecordContext(c.workspace(), c.kind(), c.entity(), c.integration(), c.provider() + "x", c.generation(), c.binding()));
    others.add(
        new RecordContext(c.workspace(), c.kind(), c.entity(), c.integration(), c.provider(), c.generation() + 1, c.binding()));
    others.add(
        new RecordContext(c.workspace(), c.kind(), c.entity(), c.integration(), c.provider(), c.generation(), c.binding() + "/"));
    for (RecordKind kind : RecordKind.values()) {
      if (kind != c.kind()) {
        others
            .add(new RecordContext(c.workspace(), kind, c.entity(), c.integration(), c.provider(), c.generation(), c.binding()));
      }
    }
    return others;
  }

  private static RecordContext context(JsonNode vector) {
    UUID integration = uuid(vector, "integration");
    return new RecordContext(new WorkspaceId(UUID.fromString(vector.get("workspace").asText())),
        kind(vector.get("kind").asInt(), vector.get("field").asInt()), UUID.fromString(vector.get("entity").asText()),
        integration == null ? null : new IntegrationId(integration), vector.get("provider").asText(),
        vector.get("generation").asLong(),
        vector.get("binding").asText());
  }

  private static RecordKind kind(int kind, int field) {
    return Arrays.stream(RecordKind.values()).filter(k -> k.kind() == kind && k.field() == field).findFirst().orElseThrow();
  }

  private static CanonicalRow canonical(JsonNode columns) {
    CanonicalRow row = new CanonicalRow();
    for (JsonNode column : columns) {
      JsonNode value = column.get(1);
      boolean none = value.isNull();
      switch (column.get(0).asText()) {
        case "s" -> row.text(none ? null : value.asText());
        case "b" -> row.binary(none ? null : HEX.parseHex(value.asText()));
        case "u" -> row.id(none ? null : UUID.fromString(value.asText()));
        case "i" -> row.number(none ? null : value.asLong());
        case "f" -> row.flag(value.asBoolean());
        case "t" -> row.time(none ? null : Instant.EPOCH.plusNanos(value.asLong() * 1_000));
        case "l" -> row.texts(none ? null : texts(value));
        default -> throw new IllegalArgumentException("unknown column type");
      }
    }
    return row;
  }

  private static List<String> texts(JsonNode columns) {
    List<String> texts = new ArrayList<>();
    columns.forEach(column -> texts.add(column.get(1).asText()));
    return texts;
  }

  @AccessesPartialKey
  private static Mac mac(byte[] key, int keyId) throws GeneralSecurityException {
    HmacKey imported = HmacKey.builder()
        .setParameters((HmacParameters) DeploymentKeySet.parameters(DeploymentPurpose.AUTHORITY_MAC))
        .setKeyBytes(com.google.crypto.tink.util.SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get())).setIdRequirement(keyId)
        .build();
    return KeysetHandle.newBuilder().addEntry(KeysetHandle.importKey(imported).withFixedId(keyId).makePrimary())
        .setConfiguration(MacConfig2026.get()).build().getPrimitive(MacConfig2026.get(), Mac.class);
  }

  @AccessesPartialKey
  private static PrfSet prf(byte[] key) throws GeneralSecurityException {
    HmacPrfKey imported = HmacPrfKey.builder()
        .setParameters((HmacPrfParameters) DeploymentKeySet.parameters(DeploymentPurpose.HASH))
        .setKeyBytes(com.google.crypto.tink.util.SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get())).build();
    return KeysetHandle.newBuilder().addEntry(KeysetHandle.importKey(imported).withRandomId().makePrimary())
        .setConfiguration(PrfConfig2026.get()).build().getPrimitive(PrfConfig2026.get(), PrfSet.class);
  }

  private static byte[] hex(JsonNode vector, String name) {
    return HEX.parseHex(vector.get(name).asText());
  }

  private static @Nullable UUID uuid(JsonNode vector, String name) {
    return vector.get(name).isNull() ? null : UUID.fromString(vector.get(name).asText());
  }
}
