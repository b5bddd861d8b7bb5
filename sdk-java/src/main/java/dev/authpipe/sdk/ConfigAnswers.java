package dev.authpipe.sdk;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

import dev.authpipe.sdk.config.ClientKey;
import dev.authpipe.sdk.config.ClientKeyState;
import dev.authpipe.sdk.config.ClientKeys;
import dev.authpipe.sdk.config.ClientSecretEntry;
import dev.authpipe.sdk.config.Integration;
import dev.authpipe.sdk.config.MaskedClientSecret;
import dev.authpipe.sdk.config.PreviousClientSecret;
import dev.authpipe.sdk.config.Provider;
import dev.authpipe.sdk.value.EntryId;
import dev.authpipe.sdk.value.EntryUrl;

/** As {@link Answers}, about how the workspace is set up. */
final class ConfigAnswers {

  private ConfigAnswers() {}

  static Integration integration(JsonObject json) {
    return new Integration(json.text("id"), json.text("slug"), json.text("provider"), json.optionalText("client_id"),
        json.optional("client_secret", ConfigAnswers::maskedClientSecret), json.texts("scopes"),
        json.textList("return_urls").stream().map(URI::create).toList(), json.texts("params", Map.of()),
        json.text("application_name"), json.flag("proxy_only"), json.text("source"));
  }

  static MaskedClientSecret maskedClientSecret(JsonObject json) {
    return new MaskedClientSecret(json.text("masked_prefix"), json.instant("since"), json.number("version"),
        json.optionalInstant("expires_at"), json.optional("rotation", Answers::rotation), json.text("token_origin"),
        json.optionalFlag("token_origin_changed"), json.optional("previous", ConfigAnswers::previousClientSecret));
  }

  private static PreviousClientSecret previousClientSecret(JsonObject json) {
    return new PreviousClientSecret(json.number("version"), json.text("masked_prefix"), json.instant("since"),
        json.instant("valid_until"), json.optionalInstant("needed_at"));
  }

  static ClientSecretEntry clientSecretEntry(JsonObject json) {
    return new ClientSecretEntry(json.convert("id", EntryId::new),
        json.optionalConvert("entry_url", address -> new EntryUrl(URI.create(address))), json.text("token_origin"),
        Duration.ofSeconds(json.number("previous_valid_seconds")), json.instant("created_at"), json.instant("expires_at"));
  }

  static ClientKeys clientKeys(JsonObject json) {
    return new ClientKeys(json.objects("data").stream().map(ConfigAnswers::clientKey).toList(), json.text("path"));
  }

  static ClientKey clientKey(JsonObject json) {
    return new ClientKey(json.text("key_id"), json.number("version"), json.convert("state", ClientKeyState::new),
        json.instant("created_at"), json.instant("signs_from"), json.optionalInstant("signs_until"),
        json.optionalInstant("gone_at"), json.text("public_key"));
  }

  static Provider provider(JsonObject json) {
    return new Provider(json.text("slug"), json.text("name"), json.text("auth"), json.text("pkce"),
        json.optionalText("pkce_evidence"), json.text("rotation"), json.optionalText("revokes"),
        json.objects("parameters").stream().map(ConfigAnswers::parameter).toList(), json.text("verified"),
        json.text("last_verified"), json.textList("evidence"));
  }

  private static Provider.Parameter parameter(JsonObject json) {
    return new Provider.Parameter(json.text("name"), json.text("label"), json.text("pattern"), json.text("set_by"),
        json.flag("required"));
  }
}
