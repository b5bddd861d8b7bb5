package dev.authpipe.proxy.refresh;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.vault.ConnectionStatus;
import dev.authpipe.proxy.vault.CredentialRow;
import dev.authpipe.proxy.vault.CredentialState;
import dev.authpipe.proxy.vault.CredentialVault;
import dev.authpipe.proxy.vault.OpenCredential;

/**
 * Hands out a credential that is fresh enough, renewing it first if need be (docs/refresh-protocol.md, steps 1, 2 and 11). Must never keep an
 * opened credential, nor ask a provider more than once for one expiry. Thread-safe.
 */
@Singleton
public final class FreshCredentials {
  private static final AuditActor SELF = AuditActor.system("refresh");
  private static final int MOST_ROUNDS = 4;

  private final CredentialVault vault;
  private final VaultDatabase database;
  private final Flights flights;
  private final AheadRefreshes ahead;
  private final IntegrityAlarm alarm;
  private final Clock clock;
  private final Ticker ticker;

  FreshCredentials(CredentialVault vault, VaultDatabase database, Flights flights, AheadRefreshes ahead, IntegrityAlarm alarm,
      Clock clock, Ticker ticker) {
    this.vault = vault;
    this.database = database;
    this.flights = flights;
    this.ahead = ahead;
    this.alarm = alarm;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** The credential if everything for it is in memory and fresh; null: ask {@link #get}. Never blocks: for event loops. */
  public @Nullable FreshOutcome warm(CredentialRequest request) {
    CredentialRow row = vault.warmRow(request.workspace(), request.connection());
    if (row == null) {
      return null;
    }
    FreshOutcome.Failure unusable = unusable(request, row);
    if (unusable != null) {
      return unusable;
    }
    RefreshWindow window = ahead.window(row, clock.instant(), request.minTtl());
    if (window == RefreshWindow.HARD) {
      return null;
    }
    try {
      OpenCredential opened = vault.warmOpen(row);
      if (opened != null && window == RefreshWindow.SOFT) {
        ahead.refresh(row, opened);
      }
      return opened == null ? null : new FreshOutcome.Fresh(opened);
    } catch (IntegrityException | KeyUnavailableException _) {
      return null; // the blocking variant records and tells it
    }
  }

  /** The credential, read and renewed as needed. Blocks up to the request's deadline: on virtual threads only. */
  public FreshOutcome get(CredentialRequest request) {
    return guarded(request, () -> {
      Optional<CredentialRow> row = vault.row(request.workspace(), request.connection());
      return row.isEmpty() ? new FreshOutcome.UnknownConnection() : serve(request, row.get(), until(request), false);
    });
  }

  /**
   * After the provider's API said that the access token is no longer good: the credential with a newer generation, or with the same one when a
   * refresh for this reason was made lately or cannot be made; then the API's answer stands. At most one refresh per generation and one in
   * 5 minutes (step 11).
   *
   * @param generation of the credential that the API refused
   */
  public FreshOutcome afterInvalidToken(CredentialRequest request, long generation) {
    return guarded(request, () -> {
      CredentialRow row = vault.row(request.workspace(), request.connection()).orElse(null);
      if (row == null) {
        return new FreshOutcome.UnknownConnection();
      }
      FreshOutcome.Failure unusable = unusable(request, row);
      if (unusable != null || row.generation() > generation) {
        return unusable != null ? unusable : serve(request, row, until(request), true);
      }
      long until = until(request);
      if (!isRenewable(row)) {
        return new FreshOutcome.Fresh(vault.open(row));
      }
      return switch (await(flights.join(row, RefreshCause.INVALID_TOKEN, SELF), until)) {
        case RenewalOutcome.Moved(long moved) -> serve(request, atLeast(row, moved), until, true);
        case RenewalOutcome.NotDue _,RenewalOutcome.Unrenewable _ -> new FreshOutcome.Fresh(vault.open(row));
        case RenewalOutcome.Failed(FreshOutcome.Failure failure, Duration _) -> failure;
        case RenewalOutcome.Busy _,RenewalOutcome.Again _ -> new FreshOutcome.ProviderTimeout();
      };
    });
  }

  /** Renews now, whatever the expiry; never joins a check that may find nothing to do. Answers what happened, not the secret. */
  public RefreshOutcome force(CredentialRequest request, AuditActor actor) {
    try {
      CredentialRow row = database.inWorkspace(request.workspace(), tx -> vault.row(tx, request.connection())).orElse(null);
      if (row == null) {
        return new FreshOutcome.UnknownConnection();
      }
      FreshOutcome.Failure unusable = unusable(request, row);
      if (unusable != null) {
        return unusable;
      }
      if (!isRenewable(row)) {
        return new RefreshOutcome.NotRefreshable();
      }
      return switch (await(flights.join(row, RefreshCause.FORCED, actor), until(request))) {
        case RenewalOutcome.Moved(long moved) -> {
          CredentialRow now = atLeast(row, moved);
          yield new RefreshOutcome.Refreshed(now.generation(), now.accessExpiresAt());
        }
        case RenewalOutcome.Unrenewable _,RenewalOutcome.NotDue _ -> new RefreshOutcome.NotRefreshable();
        case RenewalOutcome.Failed(FreshOutcome.Failure failure, Duration _) -> failure;
        case RenewalOutcome.Busy _,RenewalOutcome.Again _ -> new FreshOutcome.ProviderTimeout();
      };
    } catch (KeyUnavailableException _) {
      return new FreshOutcome.KeyUnavailable();
    } catch (IntegrityException _) {
      alarm.raise(request.workspace(), request.connection());
      return new FreshOutcome.Integrity();
    } catch (StoreUnavailableException _) {
      return new FreshOutcome.StoreUnavailable();
    }
  }

  private FreshOutcome serve(CredentialRequest request, CredentialRow first, long until, boolean renewedAlready) {
    CredentialRow row = first;
    boolean renewed = renewedAlready;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      FreshOutcome.Failure unusable = unusable(request, row);
      if (unusable != null) {
        return unusable;
      }
      OpenCredential opened = vault.open(row);
      RefreshWindow window = ahead.window(row, clock.instant(), renewed ? Duration.ZERO : request.minTtl());
      if (window != RefreshWindow.HARD || (renewed && lives(opened, Duration.ZERO))) {
        if (window == RefreshWindow.SOFT) {
          ahead.refresh(row, opened);
        }
        return new FreshOutcome.Fresh(opened);
      }
      RenewalOutcome outcome = !opened.isRenewable()
          ? new RenewalOutcome.Unrenewable()
          : await(flights.join(row, RefreshCause.DUE, SELF), until);
      if (!(outcome instanceof RenewalOutcome.Moved(long moved))) {
        return afterAll(request, opened, outcome);
      }
      opened.close();
      row = atLeast(row, moved);
      renewed = true;
    }
    return new FreshOutcome.ProviderUnreachable();
  }

  /** A refresh was due and did not happen: an access token that lives as long as was asked for is still good. */
  private FreshOutcome afterAll(CredentialRequest request, OpenCredential opened, RenewalOutcome outcome) {
    FreshOutcome.Failure failure = switch (outcome) {
      case RenewalOutcome.Failed(FreshOutcome.Failure known, Duration _) -> known;
      case RenewalOutcome.Unrenewable _ -> new FreshOutcome.ReauthRequired();
      case RenewalOutcome.Busy _,RenewalOutcome.Again _,RenewalOutcome.NotDue _,RenewalOutcome.Moved _ ->
        new FreshOutcome.ProviderTimeout();
    };
    boolean mayServe = switch (failure) {
      case FreshOutcome.Backoff _,FreshOutcome.Misconfigured _,FreshOutcome.ProviderUnreachable _,FreshOutcome.ProviderTimeout _,FreshOutcome.StoreUnavailable _ ->
        lives(opened, request.minTtl());
      case FreshOutcome.ReauthRequired _ -> outcome instanceof RenewalOutcome.Unrenewable && lives(opened, Duration.ZERO);
      case FreshOutcome.UnknownConnection _,FreshOutcome.Disconnected _,FreshOutcome.KeyUnavailable _,FreshOutcome.Integrity _ ->
        false;
    };
    if (mayServe) {
      return new FreshOutcome.Fresh(opened);
    }
    opened.close();
    return failure;
  }

  private boolean lives(OpenCredential opened, Duration atLeast) {
    Instant expires = opened.accessExpiresAt();
    return expires == null || expires.isAfter(clock.instant().plus(atLeast));
  }

  private boolean isRenewable(CredentialRow row) {
    try (OpenCredential opened = vault.open(row)) {
      return opened.isRenewable();
    }
  }

  /** The row with at least this generation: the cache may not have heard of it yet. */
  private CredentialRow atLeast(CredentialRow known, long generation) {
    Optional<CredentialRow> cached = vault.row(known.workspace(), known.connection());
    if (cached.isPresent() && cached.get().generation() >= generation) {
      return cached.get();
    }
    return database.inWorkspace(known.workspace(), tx -> vault.row(tx, known.connection())).orElse(known);
  }

  private long until(CredentialRequest request) {
    return ticker.read() + request.deadline().toNanos();
  }

  private RenewalOutcome await(CompletableFuture<RenewalOutcome> flight, long until) {
    try {
      return flight.get(Math.max(1, until - ticker.read()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      return new RenewalOutcome.Failed(new FreshOutcome.ProviderTimeout());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new RenewalOutcome.Failed(new FreshOutcome.ProviderTimeout());
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException("a refresh failed", failed);
    }
  }

  private static FreshOutcome.@Nullable Failure unusable(CredentialRequest request, CredentialRow row) {
    if (!request.visible().test(row.integration())) {
      return new FreshOutcome.UnknownConnection();
    }
    if (row.status() == ConnectionStatus.DISCONNECTED || row.state() == CredentialState.REVOKED || !row.hasCiphertext()) {
      return new FreshOutcome.Disconnected();
    }
    return row.state() == CredentialState.REAUTH_REQUIRED ? new FreshOutcome.ReauthRequired() : null;
  }

  private FreshOutcome guarded(CredentialRequest request, Supplier<FreshOutcome> work) {
    try {
      return work.get();
    } catch (KeyUnavailableException _) {
      return new FreshOutcome.KeyUnavailable();
    } catch (IntegrityException _) {
      alarm.raise(request.workspace(), request.connection());
      return new FreshOutcome.Integrity();
    } catch (StoreUnavailableException _) {
      return new FreshOutcome.StoreUnavailable();
    }
  }
}
