package dev.authpipe.proxy.proof;

import java.util.List;
import java.util.Map;

/** Providers that only tests need: one that gets little time, and one whose API is on a private address. */
final class OddProviders {
  private static final String KEY = """
      format: 1
      provider: %s
      name: %s
      auth: api_key
      verified: documented
      last_verified: 2026-11-23
      evidence: [https://sandbox.invalid/.well-known/oauth-authorization-server]
      key:
        label: API key
        pattern: ^[A-Za-z0-9_.~-]{8,200}$
      api:
        base: https://%s/api
        injection: {header: X-Api-Key, form: "{credential}"}
      %s""";

  /** Provider files by name. */
  static final Map<String, String> FILES = Map.of(
      "impatient.yaml",
      KEY.formatted("impatient", "Impatient", "sandbox.invalid", "  timeouts: {first_byte: 300 ms, idle: 300 ms}\n"),
      "inward.yaml", KEY.formatted("inward", "Inward", "127.0.0.1", ""));

  /** Integrations of these, and of the built-in provider with installations. */
  static final List<String> INTEGRATIONS = List.of("impatient", "inward", "sandbox-installation");

  private OddProviders() {}
}
