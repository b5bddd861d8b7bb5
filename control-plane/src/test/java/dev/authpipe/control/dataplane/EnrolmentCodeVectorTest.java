package dev.authpipe.control.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.control.http.LinkIdentity;
import dev.authpipe.control.http.LinkJson;
import dev.authpipe.control.secret.SecretText;
import dev.authpipe.tlog.CanonicalJson;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.Documents;

/** The bytes of the link that are not JSON, against the vectors that both planes read. */
@Tag("S74")
class EnrolmentCodeVectorTest {
  private static JsonNode vectors() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(Path.of("..", "docs", "link-vectors", "bytes.json")));
  }

  private static byte[] hex(JsonNode node, String name) {
    return HexFormat.of().parseHex(node.path(name).asText());
  }

  @Test
  void theCodeAndItsProofAreThoseOfTheVectors() throws IOException {
    JsonNode vector = vectors().path("enrolment");
    byte[] commandKey = hex(vectors().path("command"), "key");
    SecretText secret = SecretText.copyOf(hex(vector, "secret"), 0, 32);
    LinkIdentity controlPlane = new LinkIdentity(vector.path("control_plane").asText());
    assertThat(EnrolmentCode.text(controlPlane, commandKey, secret).expose()).isEqualTo(vector.path("code").asText());
    assertThat(EnrolmentCode.proof(secret, controlPlane, new LinkIdentity(vector.path("proxy").asText())))
        .isEqualTo(vector.path("code_proof").asText());
  }

  @Test
  void aCommandIsWrittenAndSignedAsInTheVectors() throws IOException, GeneralSecurityException {
    JsonNode vector = vectors().path("command");
    String payload = vector.path("payload").asText();
    Command command = LinkJson.read(Command.class, payload.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(CanonicalJson.write(Documents.write(command)), StandardCharsets.UTF_8)).isEqualTo(payload);
    byte[] spki = HexFormat.of().parseHex("302a300506032b6570032100" + vector.path("key").asText());
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    check.update((Command.SIGNATURE_CONTEXT + "\0" + payload).getBytes(StandardCharsets.UTF_8));
    assertThat(check.verify(hex(vector, "signature"))).isTrue();
  }
}
