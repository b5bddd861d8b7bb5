package dev.authpipe.proxy.subject;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Catalog;
import dev.authpipe.proxy.catalog.Provider;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.secret.MaskedPrefix;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionClient;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionRow;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.proxy.vault.ProviderAccount;

/** Collects what is held about one person in a portable form. Never holds a secret beyond its masked prefix. */
@Singleton
final class PersonExport {
  private final VaultDatabase database;
  private final People people;
  private final Connections connections;
  private final CredentialVault vault;
  private final Catalog catalog;
  private final AuditLog audit;

  PersonExport(VaultDatabase database, People people, Connections connections, CredentialVault vault, Catalog catalog,
      AuditLog audit) {
    this.database = database;
    this.people = people;
    this.connections = connections;
    this.vault = vault;
    this.catalog = catalog;
    this.audit = audit;
  }

  /**
   * A person.
   *
   * @param format      version of this form
   * @param id          as the application names them
   * @param displayName as it was given
   * @param email       as it was given
   * @param connections what they ever connected and is still held
   */
  record Person(int format, String id, @Nullable String displayName, @Nullable String email, List<Held> connections) {}

  /**
   * A connection of the person.
   *
   * @param id              {@code conn_…}
   * @param integration     its id
   * @param provider        slug
   * @param status          "active" or "disconnected"
   * @param accountId       what the provider calls the account
   * @param account         what people call it
   * @param scopesRequested asked for
   * @param scopesGranted   granted
   * @param metadata        the customer's own words
   * @param createdAt       when it was connected
   * @param updatedAt       when it last changed
   * @param disconnectedAt  when it was disconnected
   * @param secrets         masked prefixes by the kind of secret; an empty one means that even a prefix would show too much
   */
  record Held(String id, String integration, String provider, String status, @Nullable String accountId, @Nullable String account,
      List<String> scopesRequested, List<String> scopesGranted, Map<String, String> metadata, Instant createdAt,
      Instant updatedAt, @Nullable Instant disconnectedAt, Map<String, String> secrets) {}

  private record Found(EndUser person, List<ConnectionListing> listings, List<Optional<CredentialRow>> rows) {}

  /** The export, recorded in the audit log; empty when nobody is known by that name. */
  Optional<Person> of(Caller caller, String identifier, String requestId) {
    Optional<Found> found = database.inWorkspace(caller.workspace(), tx -> people.find(tx, identifier).map(person -> {
      List<ConnectionRow> rows = connections.byEndUser(tx, person.id());
      audit.append(tx, AuditEntry.of(AuditType.END_USER_EXPORTED, caller.actor(), AuditObject.endUser(person.id()))
          .requestId(requestId).detail(AuditDetail.CONNECTIONS, rows.size()).build());
      return new Found(person, rows.stream().map(row -> connections.show(tx, row.id()).orElseThrow()).toList(),
          rows.stream().map(row -> vault.row(tx, row.id())).toList());
    }));
    return found.map(this::person);
  }

  private Person person(Found found) {
    List<Held> held = new ArrayList<>();
    for (int i = 0; i < found.listings().size(); i++) {
      held.add(held(found.listings().get(i), found.rows().get(i).orElse(null)));
    }
    EndUser person = found.person();
    return new Person(1, person.identifier(), person.displayName(), person.email(), held);
  }

  private Held held(ConnectionListing listing, @Nullable CredentialRow credential) {
    ConnectionRow row = listing.connection();
    ProviderAccount account = listing.account();
    return new Held(row.id().toString(), row.integration().toString(), row.provider(), row.status().word(),
        account == null ? null : account.identifier(), account == null ? null : account.label(), row.scopesRequested(),
        row.scopesGranted(), row.metadata(), row.createdAt(), row.updatedAt(), row.disconnectedAt(), secrets(credential));
  }

  private static Map<String, String> clientSecrets(OpenCredential opened, String masked, List<String> prefixes) {
    ConnectionClient client = opened.client();
    SecretText clientSecret = client == null ? null : client.clientSecret();
    return clientSecret == null
        ? Map.of("access_token", masked)
        : Map.of("access_token", masked, "client_secret", MaskedPrefix.of(clientSecret, prefixes));
  }

  private Map<String, String> secrets(@Nullable CredentialRow row) {
    if (row == null || !row.hasCiphertext()) {
      return Map.of();
    }
    List<String> prefixes = catalog.provider(row.provider()).map(Provider::secretPrefixes).orElse(List.of());
    try (OpenCredential opened = vault.open(row)) {
      String first = MaskedPrefix.of(opened.accessToken(), prefixes);
      return switch (opened.type()) {
        case OAUTH2 -> opened.refreshToken() == null
            ? Map.of("access_token", first)
            : Map.of("access_token", first, "refresh_token", MaskedPrefix.of(opened.refreshToken(), prefixes));
        case API_KEY -> Map.of("api_key", first);
        case BASIC -> Map.of("password", first);
        case BEARER -> Map.of("access_token", first);
        case CLIENT_CREDENTIALS -> clientSecrets(opened, first, prefixes);
      };
    } catch (IntegrityException _) {
      return Map.of();
    }
  }
}
