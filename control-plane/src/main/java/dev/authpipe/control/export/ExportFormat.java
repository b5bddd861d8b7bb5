package dev.authpipe.control.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** In which form a configuration is written. Never with a secret: where a proxy needs one, a placeholder stands. */
enum ExportFormat {
  /** One JSON object. */
  JSON("application/json", "json") {
    @Override
    String write(Snapshot snapshot) {
      Map<String, Object> root = new LinkedHashMap<>();
      root.put("format", 1);
      root.put("configuration_version", snapshot.version());
      root.put("workspace", ConfigurationTree.workspace(snapshot));
      root.put("policy", ConfigurationTree.policy(snapshot));
      root.put("branding", ConfigurationTree.branding(snapshot.branding()));
      root.put("integrations", snapshot.integrations().stream().map(integration -> {
        Map<String, Object> members = ConfigurationTree.integration(integration);
        if (snapshot.withSecrets().contains(integration.slug())) {
          members.put("client_secret", "<set at the proxy: bin/authpipe secret set " + integration.slug() + ">");
        }
        return members;
      }).toList());
      root.put("webhook_endpoints", snapshot.endpoints().stream().map(ConfigurationTree::endpoint).toList());
      root.put("api_key_requests", snapshot.requests().stream().map(ConfigurationTree::request).toList());
      root.put("api_keys", snapshot.keys().stream().map(ConfigurationTree::key).toList());
      try {
        return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root) + "\n";
      } catch (JsonProcessingException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  },
  /** HCL text for Terraform. */
  TERRAFORM("text/plain; charset=utf-8", "tf") {
    @Override
    String write(Snapshot snapshot) {
      List<String> blocks = new ArrayList<>();
      blocks.add("# Configuration " + snapshot.version() + " of workspace " + snapshot.workspace().name()
          + ". Secrets are no part of it: client secrets are variables here, and are set at the proxy.\n");
      snapshot.withSecrets().forEach(slug -> blocks.add(Hcl.secretVariable(slug)));
      blocks.add(Hcl.resource("workspace", "this", ConfigurationTree.workspace(snapshot)));
      blocks.add(Hcl.resource("policy", "this", ConfigurationTree.policy(snapshot)));
      blocks.add(Hcl.resource("branding", "this", ConfigurationTree.branding(snapshot.branding())));
      snapshot.integrations().forEach(integration -> {
        Map<String, Object> members = ConfigurationTree.integration(integration);
        if (snapshot.withSecrets().contains(integration.slug())) {
          members.put("client_secret", Hcl.reference(integration.slug()));
        }
        blocks.add(Hcl.resource("integration", integration.slug(), members));
      });
      snapshot.endpoints().forEach(
          endpoint -> blocks
              .add(Hcl.resource("webhook_endpoint", endpoint.id().toString(), ConfigurationTree.endpoint(endpoint))));
      snapshot.requests().forEach(
          request -> blocks.add(Hcl.resource("api_key_request", request.id().toString(), ConfigurationTree.request(request))));
      snapshot.keys().forEach(key -> blocks.add(Hcl.resource("api_key", key.id().toString(), ConfigurationTree.key(key))));
      return String.join("\n", blocks);
    }
  };

  private final String mediaType;
  private final String extension;

  ExportFormat(String mediaType, String extension) {
    this.mediaType = mediaType;
    this.extension = extension;
  }

  /** The whole document. */
  abstract String write(Snapshot snapshot);

  String mediaType() {
    return mediaType;
  }

  String extension() {
    return extension;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<ExportFormat> of(String word) {
    for (ExportFormat format : values()) {
      if (format.word().equals(word)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
