package dev.authpipe.proxy.link;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.probe.CredentialHeader;
import dev.authpipe.proxy.probe.Probes;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshCredentials;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.retire.DisconnectOutcome;
import dev.authpipe.proxy.retire.Erasures;
import dev.authpipe.proxy.retire.Retirement;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.proxy.vault.ConnectionFilter;
import dev.authpipe.proxy.vault.ConnectionListing;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.Connections;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.ApiKeyId;
import dev.authpipe.wire.Command;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.WorkspaceId;

/** Carries commands out by the same ways that callers use. Never decides whether one may be. */
@Singleton
final class Deeds {
  private static final AuditActor ACTOR = AuditActor.system("link");
  private static final ApiKeyId NOBODY = new ApiKeyId(new UUID(0, 0));
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final int PAGE = 200;

  private final VaultDatabase vault;
  private final Connections connections;
  private final People people;
  private final Configuration configuration;
  private final Retirement retirement;
  private final Erasures erasures;
  private final FreshCredentials credentials;
  private final Probes probes;

  /**
   * What a command ended in.
   *
   * @param reason null: it is done
   */
  record Done(int connections, @Nullable String reason) {}

  Deeds(VaultDatabase vault, Connections connections, People people, Configuration configuration, Retirement retirement,
      Erasures erasures, FreshCredentials credentials, Probes probes) {
    this.vault = vault;
    this.connections = connections;
    this.people = people;
    this.configuration = configuration;
    this.retirement = retirement;
    this.erasures = erasures;
    this.credentials = credentials;
    this.probes = probes;
  }

  /** How many connections a command would reach. */
  int reach(WorkspaceId workspace, Command.Kind kind, String target) {
    return switch (kind) {
      case PROBE -> 0;
      case DISCONNECT, ROTATE -> 1;
      case REVOKE_ALL -> active(workspace, target).size();
      case DELETE_WORKSPACE -> active(workspace, "").size();
      case ERASE -> vault.inWorkspace(workspace, tx -> connections.byEndUser(tx, UUID.fromString(target)).size());
    };
  }

  Done carryOut(WorkspaceId workspace, Command.Kind kind, String target) {
    return switch (kind) {
      case PROBE -> probe(workspace, ConnectionId.parse(target));
      case DISCONNECT -> disconnect(workspace, List.of(ConnectionId.parse(target)));
      case REVOKE_ALL -> disconnect(workspace, active(workspace, target));
      case ERASE -> erase(workspace, UUID.fromString(target));
      case ROTATE, DELETE_WORKSPACE -> throw new IllegalArgumentException("begun here, and gone on with by itself");
    };
  }

  private List<ConnectionId> active(WorkspaceId workspace, String integration) {
    IntegrationId only = integration.isEmpty() ? null : IntegrationId.parse(integration);
    ConnectionFilter filter = new ConnectionFilter(only, Set.of(), null, ConnectionStatus.ACTIVE);
    List<ConnectionId> found = new ArrayList<>();
    List<ConnectionListing> page;
    do {
      ConnectionId after = found.isEmpty() ? null : found.getLast();
      page = vault.inWorkspace(workspace, tx -> connections.list(tx, filter, after, PAGE));
      page.forEach(one -> found.add(one.connection().id()));
    } while (page.size() == PAGE);
    return found;
  }

  private Done disconnect(WorkspaceId workspace, List<ConnectionId> all) {
    all.forEach(connection -> retirement.block(workspace, connection, false, ACTOR));
    int reached = 0;
    for (ConnectionId connection : all) {
      reached += switch (retirement.disconnect(workspace, connection, false, ACTOR, null)) {
        case DisconnectOutcome.Disconnected(var _, var _) -> 1;
        case DisconnectOutcome.UnknownConnection() -> 0;
      };
    }
    return new Done(reached, reached == 0 && all.size() == 1 ? "unknown_connection" : null);
  }

  private Done erase(WorkspaceId workspace, UUID person) {
    EndUser known = vault.<@Nullable EndUser>inWorkspace(workspace, tx -> people.find(tx, person).orElse(null));
    if (known == null) {
      return new Done(0, "unknown_end_user");
    }
    int reached = erasures.erase(workspace, known.identifier(), NOBODY, null).connections().size();
    return new Done(reached, null);
  }

  private Done probe(WorkspaceId workspace, ConnectionId connection) {
    Integration integration = vault.inWorkspace(workspace, tx -> connections.find(tx, connection))
        .flatMap(row -> configuration.integration(workspace, row.integration().toString())).orElse(null);
    if (integration == null) {
      return new Done(0, "unknown_connection");
    }
    if (credentials.get(new CredentialRequest(workspace, connection, Duration.ZERO,
        DEADLINE)) instanceof FreshOutcome.Fresh(OpenCredential opened)) {
      try (opened;
          SecretText header = CredentialHeader.of(integration.provider().api(), opened.type(), opened.username(),
              opened.accessToken())) {
        return new Done(1, switch (probes.probe(integration, opened.apiBase(), header).word()) {
          case "alive" -> null;
          case String word -> word;
        });
      }
    }
    return new Done(0, "no_credential");
  }
}
