package dev.authpipe.testkit.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/** The witness of tests answers as the vectors say, which the control plane's answers to as well. */
class ScriptedWitnessTest {
  @Test
  void itAnswersEveryCheckpointOfTheVectorsInTheirOrder() throws IOException {
    JsonNode vectors = new ObjectMapper().readTree(Files.readAllBytes(Path.of("../docs/link-vectors/witness.json")));
    ScriptedWitness witness = new ScriptedWitness();
    witness.believe(vectors.path("checkpoint_key").asText());
    assertThat(vectors.path("exchanges")).hasSizeGreaterThan(15);
    for (JsonNode exchange : vectors.path("exchanges")) {
      assertThat(witness.take(exchange.path("sent")).toString()).as(exchange.path("why").asText())
          .isEqualTo(new ObjectMapper().createObjectNode().put("status", exchange.at("/result/status").asText())
              .put("epoch", exchange.at("/result/epoch").asInt()).put("size", exchange.at("/result/size").asLong()).toString());
    }
  }
}
