package dev.authpipe.control.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import dev.authpipe.testkit.GeneratedDocument;

/** Keeps catalog-view.json to the proxy's catalog files. {@code -Dauthpipe.docs=write} writes it anew. */
class CatalogViewTest {
  private static final Path CATALOG = Path.of("../proxy/src/main/resources/catalog");
  private static final Path VIEW = Path.of("src/main/resources/dev/authpipe/control/provider/catalog-view.json");

  @Test
  void theViewIsWhatTheProxysCatalogSays() throws IOException {
    try (Stream<Path> files = Files.list(CATALOG)) {
      List<Provider> providers = files.map(CatalogViewTest::provider).sorted(Comparator.comparing(Provider::slug)).toList();
      assertThat(providers).hasSizeGreaterThan(3);
      GeneratedDocument.check(VIEW, json(providers));
    }
  }

  @Test
  @Tag("S70")
  void theViewHasNoAddressThatCouldBeSteered() throws IOException {
    Set<String> members = new TreeSet<>();
    for (JsonNode provider : new ObjectMapper().readTree(Files.readString(VIEW))) {
      provider.fieldNames().forEachRemaining(members::add);
    }
    assertThat(members).containsExactly("account_scopes", "auth", "client_secret", "last_verified", "name", "parameters",
        "scopes",
        "secret_prefixes", "slug", "verified");
  }

  @Test
  void everyProviderCanBeRead() {
    Providers providers = new Providers();
    assertThat(providers.all()).extracting(Provider::slug).contains("github", "google", "slack", "sandbox-key");
    assertThat(providers.find("slack").orElseThrow().clientSecret()).isTrue();
    assertThat(providers.find("sandbox-key").orElseThrow().usesOauth()).isFalse();
    assertThat(providers.find("nothing")).isEmpty();
  }

  private static Provider provider(Path file) {
    Map<String, Object> root = load(file);
    String auth = text(root, "auth");
    Map<String, Object> token = section(root, "token");
    List<Provider.Scope> scopes = new ArrayList<>();
    section(root, "scopes").forEach((scope, words) -> scopes.add(new Provider.Scope(scope, String.valueOf(words))));
    return new Provider(text(root, "provider"), text(root, "name"), auth,
        auth.equals("oauth2")
            && String.valueOf(token.get("client_authentication")).startsWith("client_secret_"),
        text(root, "verified"),
        date(root), scopes,
        texts(section(root, "account"), "scopes"), parameters(root), texts(root, "secret_prefixes"));
  }

  /** YAML reads it as midnight in UTC. */
  private static String date(Map<String, Object> root) {
    return root.get("last_verified") instanceof Date date
        ? date.toInstant().atZone(ZoneOffset.UTC).toLocalDate().toString()
        : "";
  }

  private static List<Provider.Parameter> parameters(Map<String, Object> root) {
    List<Provider.Parameter> parameters = new ArrayList<>();
    if (root.get("parameters") instanceof List<?> list) {
      for (Object element : list) {
        Map<String, Object> one = section(Map.of("parameter", element), "parameter");
        Object usual = one.get("default");
        parameters.add(new Provider.Parameter(text(one, "name"), text(one, "label"), text(one, "pattern"), text(one, "set_by"),
            !Boolean.FALSE.equals(one.get("required")), usual == null ? null : usual.toString()));
      }
    }
    return parameters;
  }

  private static String text(Map<String, Object> section, String key) {
    assertThat(section).containsKey(key);
    return String.valueOf(section.get(key));
  }

  private static List<String> texts(Map<String, Object> section, String key) {
    return section.get(key) instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> section(Map<String, ?> parent, String key) {
    @Nullable
    Object section = parent.get(key);
    return section instanceof Map<?, ?> ? (Map<String, Object>) section : Map.of();
  }

  private static Map<String, Object> load(Path file) {
    try {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String json(List<Provider> providers) {
    try {
      return new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL).enable(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(providers) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
