package dev.authpipe.wire;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a proxy tells about a workspace; the nil workspace stands for the proxy's store itself. Never names, describes or hashes an end user
 * or an account at a provider, and has no member in which an address, a header, a body, an error text or a secret could go.
 */
public sealed interface Report {
  /** When it happened. */
  Instant at();

  /** Whose it is. */
  WorkspaceId workspace();

  /** A connection was made or changed. */
  record Connection(Instant at, WorkspaceId workspace, ConnectionId connection, IntegrationId integration,
      Connection.Status status,
      Connection.State state, @Nullable String reason, int scopesMissing, Instant createdAt) implements Report {
    /** Validates. */
    public Connection {
      Rule.code(reason);
      Rule.counts(scopesMissing);
    }

    /** Where it stands in its life. */
    public enum Status {
      ACTIVE,
      DISCONNECTED,
      PURGED
    }

    /** How its credential is. */
    public enum State {
      ACTIVE,
      DEGRADED,
      UNCERTAIN,
      REAUTH_REQUIRED,
      REVOKED,
      KEY_UNAVAILABLE
    }
  }

  /** A client secret was set; never what it is. */
  record ClientSecret(Instant at, WorkspaceId workspace, IntegrationId integration, Instant presentSince, int version)
      implements
        Report {
    /** Validates. */
    public ClientSecret {
      Rule.counts(version);
    }
  }

  /** An API key was made or revoked; neither the key nor a hash of it. */
  record ApiKey(Instant at, WorkspaceId workspace, ApiKeyId key, @Nullable ApiKeyRequestId request, String name,
      List<String> scopes, ApiKey.Status status, Instant createdAt, @Nullable Instant expiresAt) implements Report {
    /** Validates and copies. */
    public ApiKey {
      Rule.text(name, 100);
      scopes = List.copyOf(scopes);
      Rule.texts(scopes, 100, 64);
    }

    /** Whether it works. */
    public enum Status {
      ACTIVE,
      REVOKED
    }
  }

  /** What one key did with one integration in one window on one replica. */
  record Usage(Instant at, WorkspaceId workspace, IntegrationId integration, ApiKeyId key, Instant windowStart,
      int windowSeconds, long calls, long tokenReads, long refused, long failed, long providerErrors,
      long refreshes) implements Report {
    /** Validates. */
    public Usage {
      Rule.counts(windowSeconds, calls, tokenReads, refused, failed, providerErrors, refreshes);
    }
  }

  /** A change of the feed got on. */
  record Change(Instant at, WorkspaceId workspace, ChangeId change, Change.Status status) implements Report {
    /** Where it stands. */
    public enum Status {
      WAITING,
      APPLIED,
      APPROVED,
      REFUSED,
      WITHDRAWN
    }
  }

  /** A command got on; the count is that of the connections it reached. */
  record Command(Instant at, WorkspaceId workspace, CommandId command, Command.Status status, @Nullable String reason,
      @Nullable Integer count) implements Report {
    /** Validates. */
    public Command {
      Rule.code(reason);
      Rule.counts(count);
    }

    /** Where it stands. */
    public enum Status {
      DONE,
      WAITING,
      REFUSED,
      EXPIRED,
      FAILED
    }
  }

  /** A person was erased: how many connections that were, how many revocations are still owed. */
  record Erasure(Instant at, WorkspaceId workspace, ErasureId erasure, int connections, int pending) implements Report {
    /** Validates. */
    public Erasure {
      Rule.counts(connections, pending);
    }
  }

  /** Scheduled work ended. */
  record Job(Instant at, WorkspaceId workspace, String job, Job.Status status, @Nullable String reason) implements Report {
    /** Validates. */
    public Job {
      Rule.code(job);
      Rule.code(reason);
    }

    /** How. */
    public enum Status {
      DONE,
      FAILED
    }
  }

  /** So many reports were dropped because the outbox was full. */
  record Lost(Instant at, WorkspaceId workspace, long count) implements Report {
    /** Validates. */
    public Lost {
      Rule.counts(count);
    }
  }
}
