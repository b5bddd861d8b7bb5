package dev.authpipe.proxy.notify;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.authpipe.proxy.audit.AuditActor;
import dev.authpipe.proxy.audit.AuditDetail;
import dev.authpipe.proxy.audit.AuditEntry;
import dev.authpipe.proxy.audit.AuditLog;
import dev.authpipe.proxy.audit.AuditObject;
import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.catalog.WebhookEndpoint;
import dev.authpipe.proxy.db.Tx;
import dev.authpipe.proxy.db.VaultDatabase;
import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundException.Failure;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.proxy.egress.TlsVersion;
import dev.authpipe.proxy.envelope.IntegrityException;
import dev.authpipe.proxy.envelope.KeyUnavailableException;
import dev.authpipe.proxy.secret.Randomness;
import dev.authpipe.proxy.secret.SecretBytes;
import dev.authpipe.proxy.vault.EndUser;
import dev.authpipe.proxy.vault.People;
import dev.authpipe.wire.DeliveryId;
import dev.authpipe.wire.WorkspaceId;

/**
 * One try to tell an endpoint of an event: claim, sign, send, mark. What is cut off between sending and marking is sent again, under the same
 * {@code webhook-id}. Never follows a redirect, and never sends without a signature.
 */
@Singleton
final class DeliveryTry {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryTry.class);
  private static final AuditActor ACTOR = AuditActor.system("notify");
  private static final Duration KEY_PAUSE = Duration.ofSeconds(10);
  private static final int GONE = 410;
  /** The outcome of a row that is not what was written. */
  private static final String REFUSED = "integrity_error";

  private final VaultDatabase database;
  private final People people;
  private final SigningSecrets secrets;
  private final Endpoints endpoints;
  private final DeliveryMac macs;
  private final Outbound outbound;
  private final AuditLog audit;
  private final Randomness randomness;
  private final NotifySettings settings;
  private final Clock clock;

  DeliveryTry(VaultDatabase database, People people, SigningSecrets secrets, Endpoints endpoints, DeliveryMac macs,
      Outbound outbound, AuditLog audit, Randomness randomness, NotifySettings settings, Clock clock) {
    this.database = database;
    this.people = people;
    this.secrets = secrets;
    this.endpoints = endpoints;
    this.macs = macs;
    this.outbound = outbound;
    this.audit = audit;
    this.randomness = randomness;
    this.settings = settings;
    this.clock = clock;
  }

  /** Events that this replica may try now, for one endpoint. */
  record Batch(WebhookEndpoint endpoint, List<SigningSecretStore.Row> secrets, List<Letter> letters) {
    boolean isEmpty() {
      return letters.isEmpty();
    }
  }

  /** A claimed event with its body as it stands now. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Letter(DeliveryStore.Claimed claimed, byte[] body) {}

  private record Answer(String outcome, @Nullable Integer status, @Nullable Duration retryAfter) {}

  /** Claims what is due; nothing where the endpoint has no secret or is disabled. */
  Batch claim(Tx tx, WebhookEndpoint endpoint, int most) {
    Instant now = clock.instant();
    List<SigningSecretStore.Row> live = SigningSecretStore.live(tx, endpoint.id(), now);
    if (live.isEmpty()) {
      int waiting = DeliveryStore.move(tx, endpoint.id(), now, now.plus(settings.tryFor()));
      LOG.debug("{} events wait for the signing secret of {}", waiting, endpoint.id());
    }
    if (live.isEmpty() || EndpointStore.disabled(tx).contains(endpoint.id())) {
      return new Batch(endpoint, live, List.of());
    }
    return new Batch(endpoint, live,
        letters(tx, endpoint, DeliveryStore.claim(tx, endpoint.id(), now, now.plus(settings.tryFor()), most)));
  }

  /** Claims one event, due or not. */
  Batch claim(Tx tx, WebhookEndpoint endpoint, DeliveryId id) {
    Instant now = clock.instant();
    return new Batch(endpoint, SigningSecretStore.live(tx, endpoint.id(), now),
        letters(tx, endpoint, DeliveryStore.claim(tx, id, now.plus(settings.tryFor())).stream().toList()));
  }

  /** What is to be sent of what was claimed. What is not as it was written dies here, unsigned, and holds up nothing else. */
  private List<Letter> letters(Tx tx, WebhookEndpoint endpoint, List<DeliveryStore.Claimed> claimed) {
    List<Letter> letters = new ArrayList<>();
    for (DeliveryStore.Claimed one : claimed) {
      byte[] body = macs.holds(tx, one) ? body(tx, one.event()) : null;
      if (body != null) {
        letters.add(new Letter(one, body));
      } else if (DeliveryStore.dead(tx, one, REFUSED, null, clock.instant())) {
        audit.append(tx, AuditEntry.of(AuditType.WEBHOOK_DELIVERY_DEAD, ACTOR, AuditObject.webhook(endpoint.id()))
            .outcome(AuditOutcome.REFUSED).reason(REFUSED).detail(AuditDetail.DELIVERY, one.id()).build());
      }
    }
    return letters;
  }

  /** Null when there is none. */
  private byte @Nullable [] body(Tx tx, Event event) {
    UUID person = event.endUser();
    String identifier = person == null ? null : people.find(tx, person).map(EndUser::identifier).orElse(null);
    try {
      return event.body(identifier);
    } catch (IllegalArgumentException malformed) {
      LOG.error("the body of {} cannot be made: {}", event.id(), malformed.getClass().getName());
      return null;
    }
  }

  /** Tries the events of a batch, one after the other. */
  void run(WorkspaceId workspace, Batch batch) {
    batch.letters.forEach(letter -> run(workspace, batch, letter));
  }

  /** Tries one event of a batch. Blocks up to the deadline. */
  void run(WorkspaceId workspace, Batch batch, Letter letter) {
    Answer answer;
    try {
      answer = batch.secrets.isEmpty() ? new Answer("no_secret", null, null) : send(workspace, batch, letter);
    } catch (KeyUnavailableException _) {
      database.run(workspace, tx -> DeliveryStore.giveBack(tx, letter.claimed, clock.instant().plus(KEY_PAUSE)));
      return;
    } catch (IntegrityException changed) {
      LOG.error("a signing secret of {} does not belong where it stands; nothing is signed with it", batch.endpoint.id());
      answer = new Answer("secret_refused", null, null);
    }
    Answer came = answer;
    database.run(workspace, tx -> mark(tx, batch.endpoint, letter.claimed, came));
  }

  private Answer send(WorkspaceId workspace, Batch batch, Letter letter) {
    List<SecretBytes> opened = secrets.open(workspace, batch.secrets);
    try (SecretBytes body = SecretBytes.copyOf(letter.body)) {
      Instant now = clock.instant();
      String id = letter.claimed.event().id().toString();
      OutboundRequest request = request(batch.endpoint.url(), body).withHeader("webhook-id", id)
          .withHeader("webhook-timestamp", Long.toString(now.getEpochSecond()))
          .withHeader("webhook-signature", Signature.of(opened, id, now, letter.body));
      OutboundResponse response = outbound.exchange(request);
      response.body().close();
      boolean taken = response.status() / 100 == 2;
      return new Answer(taken ? "delivered" : response.status() == GONE ? "gone" : "http_status", response.status(),
          Backoff.asked(response.header("retry-after").orElse(null), now));
    } catch (OutboundException failure) {
      return new Answer(failure.failure().name().toLowerCase(Locale.ROOT), null, null);
    } finally {
      opened.forEach(SecretBytes::close);
    }
  }

  private OutboundRequest request(URI url, SecretBytes body) {
    return OutboundRequest.of("POST", url).withTls(TlsVersion.TLS_1_2) // whose server it is decides, not the catalog
        .withBody("application/json", body).withDeadline(settings.deadline())
        .withHeader("User-Agent", "authpipe-webhooks");
  }

  private void mark(Tx tx, WebhookEndpoint endpoint, DeliveryStore.Claimed claimed, Answer answer) {
    Instant now = clock.instant();
    Integer status = answer.status;
    switch (answer.outcome) {
      case "delivered" -> {
        boolean mine = DeliveryStore.delivered(tx, claimed, status == null ? 0 : status, now);
        LOG.debug("{} delivered: {}", claimed.id(), mine);
      }
      case "gone" -> {
        EndpointStore.lock(tx, endpoint.id()); // several are answered so at once, and each gives up what the others hold
        if (DeliveryStore.dead(tx, claimed, answer.outcome, status, now)) {
          endpoints.gone(tx, endpoint.id(), GONE);
        }
      }
      default -> failed(tx, endpoint, claimed, answer, now);
    }
  }

  private void failed(Tx tx, WebhookEndpoint endpoint, DeliveryStore.Claimed claimed, Answer answer, Instant now) {
    boolean refused = answer.outcome.equals(Failure.REFUSED_ADDRESS.name().toLowerCase(Locale.ROOT));
    if (refused && claimed.tries() == 1) {
      audit.append(tx, entry(AuditType.WEBHOOK_ADDRESS_REFUSED, endpoint, claimed).outcome(AuditOutcome.REFUSED).build());
    }
    Instant next = Backoff
        .next(settings, claimed.tries(), randomness.fraction(), answer.retryAfter, now, claimed.expiresAt()).orElse(null);
    if (next != null) {
      boolean mine = DeliveryStore.again(tx, claimed, answer.outcome, answer.status, next);
      LOG.debug("{} failed, to be tried again: {}", claimed.id(), mine);
    } else if (DeliveryStore.dead(tx, claimed, answer.outcome, answer.status, now)) {
      audit.append(tx, entry(AuditType.WEBHOOK_DELIVERY_DEAD, endpoint, claimed).outcome(AuditOutcome.FAILURE)
          .reason(answer.outcome).detail(AuditDetail.TRIES, claimed.tries()).detail(AuditDetail.HTTP_STATUS, answer.status)
          .build());
    }
  }

  private static AuditEntry.Builder entry(AuditType type, WebhookEndpoint endpoint, DeliveryStore.Claimed claimed) {
    return AuditEntry.of(type, ACTOR, AuditObject.webhook(endpoint.id())).detail(AuditDetail.DELIVERY, claimed.id())
        .detail(AuditDetail.EVENT, claimed.event().type());
  }
}
