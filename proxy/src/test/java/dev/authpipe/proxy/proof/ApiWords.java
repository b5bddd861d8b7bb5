package dev.authpipe.proxy.proof;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words of the API's document that are the same wherever a name occurs: parameters, examples, names of schemas. */
final class ApiWords {
  static final String CONNECTION = "conn_01kb2v7m3ae8wrx5t9fd6hq4zc";
  static final String REQUEST = "req_01kb2v7m3ae8wrx5t9fd6hq4zc";

  /** Names of schemas for those that would be called after a class of the program. */
  static final Map<String, String> SCHEMAS = Map.ofEntries(Map.entry("ConnectionController.Change", "ConnectionChange"),
      Map.entry("ConnectionController.ConnectionPage", "ConnectionPage"),
      Map.entry("ConnectionController.DisconnectReport", "DisconnectReport"),
      Map.entry("ConnectionController.ProbeReport", "ProbeReport"),
      Map.entry("ConnectionController.RefreshReport", "RefreshReport"), Map.entry("ConnectionView", "Connection"),
      Map.entry("CreateSession.Person", "SessionEndUser"), Map.entry("FinishedView", "Finished"),
      Map.entry("FinishedView.Connected", "FinishedConnection"), Map.entry("ImportController.Batch", "ImportBatch"),
      Map.entry("ImportController.Made", "ImportedConnections"), Map.entry("ImportController.Replaced", "ReplacedCredential"),
      Map.entry("ImportInput.Person", "ImportEndUser"), Map.entry("IntegrationView", "Integration"),
      Map.entry("IntegrationView.Masked", "MaskedClientSecret"), Map.entry("IntegrationView.Page", "IntegrationPage"),
      Map.entry("PersonExport.Held", "ExportedConnection"), Map.entry("PersonExport.Person", "ExportedEndUser"),
      Map.entry("ProviderList", "ProviderPage"), Map.entry("ProviderView", "Provider"),
      Map.entry("ProviderView.Parameter", "ProviderParameter"), Map.entry("SessionView", "ConnectSession"),
      Map.entry("CreatedSession", "CreatedConnectSession"), Map.entry("SubjectController.ErasureAnswer", "ErasureAnswer"),
      Map.entry("SubjectController.Horizons", "ErasureHorizons"), Map.entry("SubjectController.Line", "ErasedConnection"),
      Map.entry("SubjectController.Receipt", "Erasure"), Map.entry("DeliveryView", "WebhookDelivery"),
      Map.entry("DeliveryView.Page", "WebhookDeliveryPage"), Map.entry("IncidentController.Incident", "Incident"),
      Map.entry("ClientKeyBody", "ClientKey"), Map.entry("ClientKeyBody.Page", "ClientKeyPage"),
      Map.entry("ClientKeyBody.Wanted", "ClientKeyRequest"), Map.entry("EntryBody", "ClientSecretEntry"),
      Map.entry("EntryBody.Page", "ClientSecretEntryPage"), Map.entry("EntryBody.Wanted", "ClientSecretEntryRequest"),
      Map.entry("IntegrationView.Previous", "PreviousClientSecret"),
      Map.entry("IncidentController.IncidentAnswer", "IncidentAnswer"),
      Map.entry("IncidentController.IncidentRequest", "IncidentRequest"));

  /** Members of request bodies that must be there, beyond what the program's types say. */
  static final Map<String, List<String>> REQUIRED = Map.of("CreateSession",
      List.of("code_challenge", "code_challenge_method", "end_user", "integrations", "return_url"), "SessionEndUser",
      List.of("id"), "FinishRequest", List.of("code_verifier", "end_user_id", "finish_code"), "ClientSecretBody",
      List.of("client_secret"));

  private static final Map<String, String> IDS = Map.of("/v1/connections/", CONNECTION, "/v1/connect-sessions/",
      "cs_01kb2v7m3ae8wrx5t9fd6hq4zc", "/v1/integrations/", "slack", "/v1/erasures/", "era_01kb2v7m3ae8wrx5t9fd6hq4zc",
      "/v1/end-users/", "user-42", "/v1/providers/", "slack", "/v1/webhooks/", "dlv_01kb2v7m3ae8wrx5t9fd6hq4zc",
      "/v1/incidents/", "inc_01kb2v7m3ae8wrx5t9fd6hq4zc", "/v1/workspaces/", "wks_01kb2v7m3ae8wrx5t9fd6hq4zc");

  private static final Map<String, String> ID_MEANINGS = Map.of("/v1/connections/", "The connection.", "/v1/connect-sessions/",
      "The connect session.", "/v1/integrations/", "The integration: its id or its slug.", "/v1/erasures/", "The erasure.",
      "/v1/end-users/", "The end user as the application names them, 1 to 256 characters.", "/v1/providers/",
      "The provider's slug.", "/v1/webhooks/", "The delivery.", "/v1/incidents/", "The incident.", "/v1/workspaces/",
      "The workspace of the API key.");

  private static final Map<String, Map.Entry<String, Object>> PARAMETERS = Map.ofEntries(
      Map.entry("end_user",
          Map.entry("The end user as the application names them. Narrows a list; for one connection it must match, else 404. "
              + "The header Authpipe-End-User says the same.", "user-42")),
      Map.entry("limit", Map.entry("Most entries of a page, 1 to 200; 50 when absent.", 50)),
      Map.entry("cursor", Map.entry("The next_cursor of the page before.", CONNECTION)),
      Map.entry("integration", Map.entry("Only of this integration: its id or its slug.", "slack")),
      Map.entry("rotation_due",
          Map.entry("`true`: only those whose secret is to be replaced within 30 days or is overdue.", "true")),
      Map.entry("status", Map.entry("Only `active` or only `disconnected`.", "active")),
      Map.entry("/v1/webhooks/deliveries status", Map.entry("Only `pending`, only `delivered` or only `dead`.", "dead")),
      Map.entry("purge", Map.entry("Whether no trace of the connection is to stay but in the audit log.", false)),
      Map.entry("dry_run", Map.entry("Whether to tell only what would be erased.", true)),
      Map.entry("type", Map.entry("Only events of this type (docs/audit-events.md).", "connection.created")),
      Map.entry("object", Map.entry("Only events about the object with this id.", CONNECTION)),
      Map.entry("from", Map.entry("Only events at or after this time (RFC 3339).", "2027-03-01T00:00:00Z")),
      Map.entry("to", Map.entry("Only events before this time (RFC 3339).", "2027-03-02T00:00:00Z")),
      Map.entry("/v1/audit/export from", Map.entry("Number of the first event; 0 when absent.", 0)),
      Map.entry("/v1/audit/export to",
          Map.entry("Number of the first event that is left out; the size of the newest checkpoint when absent.", 1000)),
      Map.entry("part", Map.entry("Which part of the report; 1 when absent.", 1)),
      Map.entry("key", Map.entry("The key's `key_id`.", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")),
      Map.entry("last", Map.entry("Whether the integration may be left without a key that signs.", false)),
      Map.entry("entry", Map.entry("The link's id.", "cse_01kb2v7m3ae8wrx5t9fd6hq4zc")),
      Map.entry("now", Map.entry("Whether its public part goes at once.", false)),
      Map.entry("log", Map.entry("Which log: `vault` (when absent) or `client_secrets`.", "vault")),
      Map.entry("Idempotency-Key",
          Map.entry("Makes a repetition within 24 hours answer what the first request did. Remembered per API key; "
              + "the same key with another body answers 422.", "7f1c0f9e-order-1001")));

  private static final Map<String, Object> EXAMPLES = Map.ofEntries(Map.entry("id", CONNECTION),
      Map.entry("connection_id", CONNECTION), Map.entry("integration", "slack"), Map.entry("provider", "slack"),
      Map.entry("slug", "slack"), Map.entry("end_user_id", "user-42"), Map.entry("status", "active"),
      Map.entry("scopes", List.of("profile")), Map.entry("scopes_requested", List.of("profile")),
      Map.entry("scopes_granted", List.of("profile")), Map.entry("account", "Ada Okafor"),
      Map.entry("display_name", "Ada Okafor"), Map.entry("email", "ada@example.com"),
      Map.entry("metadata", Map.of("team", "blue")), Map.entry("params", Map.of("subdomain", "acme")),
      Map.entry("created_at", "2027-03-01T12:00:00Z"), Map.entry("updated_at", "2027-03-01T12:00:00Z"),
      Map.entry("expires_at", "2027-03-01T13:00:00Z"), Map.entry("requested_at", "2027-03-01T12:00:00Z"),
      Map.entry("checked_at", "2027-03-01T12:00:00Z"), Map.entry("since", "2027-03-01T12:00:00Z"),
      Map.entry("time", "2027-03-01T12:00:00.000000Z"), Map.entry("generation", 7),
      Map.entry("return_url", "https://app.example.com/connected"),
      Map.entry("return_urls", List.of("https://app.example.com/connected")),
      Map.entry("code_challenge", "<S256 of the code verifier, 43 characters>"), Map.entry("code_challenge_method", "S256"),
      Map.entry("code_verifier", "<43 to 128 random characters>"), Map.entry("finish_code", "<from the return address>"),
      Map.entry("session_token", "<session token>"),
      Map.entry("connect_url", "https://connect.example.com/connect#<session token>"),
      Map.entry("access_token", "<access token>"), Map.entry("refresh_token", "<refresh token>"),
      Map.entry("api_key", "<API key>"),
      Map.entry("password", "<password>"), Map.entry("username", "<user name>"), Map.entry("client_secret", "<client secret>"),
      Map.entry("token_type", "Bearer"), Map.entry("client_id", "1234567890.0987654321"),
      Map.entry("application_name", "Acme"), Map.entry("key_id", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
      Map.entry("public_key", "-----BEGIN PUBLIC KEY-----…"), Map.entry("lead_seconds", 86_400),
      Map.entry("signs_from", "2027-03-02T12:00:00Z"), Map.entry("signs_until", "2027-03-02T12:00:00Z"),
      Map.entry("entry_url", "https://connect.example.com/client-secret#<link>"),
      Map.entry("token_origin", "https://slack.com"), Map.entry("token_origin_changed", false),
      Map.entry("previous_valid_seconds", 86_400), Map.entry("lifetime_seconds", 1800),
      Map.entry("valid_until", "2027-03-02T12:00:00Z"), Map.entry("needed_at", "2027-03-01T18:00:00Z"),
      Map.entry("gone_at", "2027-03-02T12:05:00Z"), Map.entry("source", "file"), Map.entry("masked_prefix", ""));

  /** Where the same name means something else. */
  private static final Map<String, Object> OF_SCHEMAS = Map.ofEntries(
      Map.entry("AuditEvent.id", "evt_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("AuditReference.id", CONNECTION), Map.entry("ConnectSession.id", "cs_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("ClientSecretEntry.id", "cse_01kb2v7m3ae8wrx5t9fd6hq4zc"), Map.entry("ConnectSession.status", "finished"),
      Map.entry("ConnectSession.integrations", List.of("int_01kb2v7m3ae8wrx5t9fd6hq4zc")),
      Map.entry("CreatedConnectSession.id", "cs_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("CreateSession.integrations", List.of("slack")), Map.entry("DisconnectReport.status", "disconnected"),
      Map.entry("Erasure.id", "era_01kb2v7m3ae8wrx5t9fd6hq4zc"), Map.entry("Erasure.status", "running"),
      Map.entry("Incident.id", "inc_01kb2v7m3ae8wrx5t9fd6hq4zc"), Map.entry("Incident.status", "running"),
      Map.entry("Incident.kind", "revoke_all"), Map.entry("Incident.integration", "int_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("Incident.outcomes", Map.of("confirmed", 120)), Map.entry("IncidentRequest.confirm", "acme"),
      Map.entry("ErasedConnection.integration", "int_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("ExportedConnection.integration", "int_01kb2v7m3ae8wrx5t9fd6hq4zc"), Map.entry("ExportedEndUser.id", "user-42"),
      Map.entry("ImportEndUser.id", "user-42"), Map.entry("Integration.id", "int_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("SessionEndUser.id", "user-42"), Map.entry("WebhookDelivery.id", "dlv_01kb2v7m3ae8wrx5t9fd6hq4zc"),
      Map.entry("WebhookDelivery.type", "connection.created"), Map.entry("WebhookDelivery.status", "dead"));

  private ApiWords() {}

  /** What stands for a secret or what changes, wherever it occurs. */
  static String example(String member) {
    if (EXAMPLES.get(member) instanceof String example) {
      return example;
    }
    throw new AssertionError("nobody says what stands for " + member + ": add it to ApiWords");
  }

  /** Completes a parameter of a path. */
  static void complete(String template, Map<String, Object> parameter) {
    String name = String.valueOf(parameter.get("name"));
    String root = template.replaceFirst("^(/v1/[^/]+/).*", "$1");
    boolean id = Set.of("id", "slug").contains(name);
    Map.Entry<String, Object> words = id
        ? Map.entry(ID_MEANINGS.getOrDefault(root, ""), IDS.getOrDefault(root, ""))
        : PARAMETERS.containsKey(template + " " + name) ? PARAMETERS.get(template + " " + name) : PARAMETERS.get(name);
    if (words == null || words.getKey().isEmpty()) {
      throw new AssertionError("nobody says what the parameter " + name + " of " + template + " means: add it to ApiWords");
    }
    parameter.putIfAbsent("description", words.getKey());
    parameter.putIfAbsent("example", words.getValue());
    ApiDocumentFile.section(parameter, "schema").remove("nullable"); // absent or there: a query has no null
    parameter.remove("explode");
  }

  /** The parameter {@code Authpipe-End-User} where {@code end_user} is one. */
  static Map<String, Object> endUserHeader() {
    return header("Authpipe-End-User", "The same as end_user, out of the reach of access logs.", "user-42");
  }

  static Map<String, Object> idempotencyKey() {
    Map.Entry<String, Object> words = PARAMETERS.get("Idempotency-Key");
    return header("Idempotency-Key", words == null ? "" : words.getKey(), words == null ? "" : words.getValue());
  }

  private static Map<String, Object> header(String name, String description, Object example) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("name", name);
    header.put("in", "header");
    header.put("description", description);
    header.put("schema", new LinkedHashMap<>(Map.of("type", "string")));
    header.put("example", example);
    return header;
  }

  /** Gives members of schemas an example where their name has one of their type. */
  static void complete(Map<String, Object> property, String schema, String name) {
    Object example = OF_SCHEMAS.getOrDefault(schema + "." + name, EXAMPLES.get(name));
    String type = String.valueOf(property.get("type"));
    boolean fits = switch (type) {
      case "string" -> example instanceof String;
      case "integer" -> example instanceof Integer;
      case "array" -> example instanceof List<?>;
      case "object" -> example instanceof Map<?, ?>;
      default -> false;
    };
    if (fits && example != null) {
      property.putIfAbsent("example", example);
    }
  }
}
