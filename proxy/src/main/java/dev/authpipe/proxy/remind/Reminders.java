package dev.authpipe.proxy.remind;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.Configuration;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.RefreshProfile;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.vault.CredentialDates;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.WorkspaceId;

/**
 * Finds connections whose secret is to be replaced or whose end user will have to agree again, and records each reminder in one transaction with
 * the note that it was told, so that no two replicas and no restart tell it twice. What follows from the record, a webhook event, goes with
 * it. Never touches the credential.
 */
@Singleton
final class Reminders {
  static final AuditActor ACTOR = AuditActor.job("reminders");
  private static final int PAGE = 500;

  private final VaultDatabase database;
  private final CredentialDates credentials;
  private final Configuration configuration;
  private final AuditLog audit;
  private final Clock clock;

  Reminders(VaultDatabase database, CredentialDates credentials, Configuration configuration, AuditLog audit, Clock clock) {
    this.database = database;
    this.credentials = credentials;
    this.configuration = configuration;
    this.audit = audit;
    this.clock = clock;
  }

  /** Tells what is due in a workspace, and forgets what is so no more. */
  void remind(WorkspaceId workspace) {
    for (Kind kind : Kind.values()) {
      for (Integration integration : configuration.integrations(workspace)) {
        CredentialDates.Until until = until(kind, integration, clock.instant());
        if (until != null) {
          eachPage(workspace, kind, (tx, after) -> credentials.until(tx, integration.id(), until, after, PAGE).stream()
              .map(CredentialDates.Dates::connection).toList());
        }
      }
      eachPage(workspace, kind, (tx, after) -> ReminderStore.remembered(tx, kind, after, PAGE));
    }
  }

  /** Which dates of an integration's connections may call for a reminder; null: none can. */
  private static CredentialDates.@Nullable Until until(Kind kind, Integration integration, Instant now) {
    Instant soon = now.plus(kind.ahead());
    boolean keys = integration.provider().key() != null;
    return switch (kind) {
      case ROTATION -> {
        var age = integration.keysRotateAfter();
        yield keys ? new CredentialDates.Until(age == null ? null : soon.minus(age), soon, null, null) : null;
      }
      case REAUTH -> {
        RefreshProfile refresh = integration.provider().refresh();
        var age = refresh.absoluteLifetime();
        boolean stated = refresh.rotation() == RefreshProfile.Rotation.NONE;
        yield keys || (age == null && !stated)
            ? null
            : new CredentialDates.Until(null, null, age == null ? null : soon.minus(age), stated ? soon : null);
      }
    };
  }

  private void eachPage(WorkspaceId workspace, Kind kind,
      BiFunction<Tx, @Nullable ConnectionId, List<ConnectionId>> pages) {
    ConnectionId after = null;
    while (true) {
      ConnectionId from = after;
      List<ConnectionId> page = database.inWorkspace(workspace, tx -> pages.apply(tx, from));
      List<ConnectionId> changed = database.inWorkspace(workspace, tx -> changed(tx, kind, page));
      changed.forEach(connection -> database.run(workspace, tx -> settle(tx, kind, connection)));
      if (page.size() < PAGE) {
        return;
      }
      after = page.getLast();
    }
  }

  /** Those of a page for which something is to be told or forgotten; a glance, which {@link #settle} repeats under lock. */
  private List<ConnectionId> changed(Tx tx, Kind kind, List<ConnectionId> page) {
    Map<ConnectionId, CredentialDates.Dates> dates = credentials.of(tx, page);
    Map<ConnectionId, Told> told = ReminderStore.told(tx, kind, page);
    return page.stream().filter(one -> {
      Upcoming upcoming = upcoming(tx, kind, dates.get(one));
      Told before = told.get(one);
      return upcoming == null ? before != null : before == null || !before.covers(kind, upcoming.next());
    }).toList();
  }

  private void settle(Tx tx, Kind kind, ConnectionId connection) {
    CredentialDates.Dates dates = credentials.lock(tx, connection).orElse(null);
    Upcoming upcoming = upcoming(tx, kind, dates);
    if (upcoming == null || dates == null) {
      ReminderStore.forget(tx, kind, connection);
      return;
    }
    Told before = ReminderStore.told(tx, kind, List.of(connection)).get(connection);
    if (before == null || !before.covers(kind, upcoming.next())) {
      ReminderStore.tell(tx, kind, connection, upcoming.next());
      audit.append(tx, entry(kind, dates, upcoming));
    }
  }

  private @Nullable Upcoming upcoming(Tx tx, Kind kind, CredentialDates.@Nullable Dates dates) {
    Integration integration = dates == null
        ? null
        : configuration.integration(tx.workspace(), dates.integration().toString()).orElse(null);
    return dates == null || integration == null ? null : Upcoming.of(kind, integration, dates, clock.instant());
  }

  private static AuditEntry entry(Kind kind, CredentialDates.Dates dates, Upcoming upcoming) {
    AuditEntry.Builder entry = AuditEntry
        .of(kind == Kind.ROTATION ? AuditType.CREDENTIAL_ROTATION_DUE : AuditType.CONNECTION_REAUTH_UPCOMING, ACTOR,
            AuditObject.connection(dates.connection()))
        .reason(upcoming.reason()).detail(AuditDetail.GENERATION, dates.generation())
        .detail(AuditDetail.DUE_AT, upcoming.next().dueAt()).detail(AuditDetail.DAYS, Math.abs(upcoming.next().days()))
        .detail(AuditDetail.INTEGRATION, dates.integration()).detail(AuditDetail.PROVIDER, dates.provider());
    return kind == Kind.ROTATION ? entry.detail(AuditDetail.OVERDUE, upcoming.overdue()).build() : entry.build();
  }
}
