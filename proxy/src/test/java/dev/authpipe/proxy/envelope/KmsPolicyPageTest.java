package dev.authpipe.proxy.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The policies that docs/operations.md gives operators allow what a KEK needs, and nothing that {@code doctor} would complain of. */
@Tag("S92")
class KmsPolicyPageTest {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final Pattern PATH = Pattern.compile("path \"([^\"]+)\" \\{\\s+capabilities = \\[([^]]*)]\\s+}");

  @Test
  void theOneForAwsLetsTheProxyUseTheKeyAndNobodyBoth() throws IOException {
    JsonNode policy = new ObjectMapper().readTree(block("aws"));
    List<String> use = actions(policy, "AuthpipeUsesTheKey");
    List<String> administer = actions(policy, "AdministratorsOfTheKey");
    assertThat(use).containsExactlyInAnyOrder("kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo");
    assertThat(administer).doesNotContainAnyElementsOf(use).doesNotContain("kms:*", "kms:CreateGrant", "kms:GenerateDataKey");
    JsonNode keys = policy.at("/Statement/1/Condition/ForAllValues:StringEquals/kms:EncryptionContextKeys");
    List<String> allowed = new ArrayList<>();
    keys.forEach(one -> allowed.add(one.asText()));
    WrapContext context = new WrapContext("vault-workspace", "deployment", null, 1);
    assertThat(allowed).containsExactlyInAnyOrderElementsOf(context.pairs().keySet());
  }

  @Test
  void theOneForVaultAllowsTwoOperations() throws IOException {
    Map<String, String> paths = new TreeMap<>();
    PATH.matcher(block("transit")).results().forEach(one -> paths.put(one.group(1), one.group(2)));
    assertThat(paths).isEqualTo(Map.of("transit/encrypt/authpipe", "\"update\"", "transit/decrypt/authpipe", "\"update\""));
  }

  private static List<String> actions(JsonNode policy, String statement) {
    List<String> actions = new ArrayList<>();
    policy.path("Statement").forEach(one -> {
      if (one.path("Sid").asText().equals(statement)) {
        one.path("Action").forEach(action -> actions.add(action.asText()));
      }
    });
    return actions;
  }

  private static String block(String name) throws IOException {
    String page = Files.readString(PAGE);
    String marked = page.substring(page.indexOf("<!-- policy " + name + ": begin -->"),
        page.indexOf("<!-- policy " + name + ": end -->"));
    return marked.substring(marked.indexOf('\n', marked.indexOf("```")) + 1, marked.lastIndexOf("```"));
  }
}
