package dev.authpipe.proxy.forward;

import java.util.ArrayDeque;
import java.util.Deque;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.audit.AuditOutcome;
import dev.authpipe.proxy.audit.AuditType;
import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.catalog.Integration;
import dev.authpipe.proxy.catalog.Workspace;
import dev.authpipe.proxy.db.StoreUnavailableException;
import dev.authpipe.proxy.forward.Destinations.Destination;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.HotConnection;
import dev.authpipe.proxy.http.HotExchange;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.refresh.CredentialRequest;
import dev.authpipe.proxy.refresh.FreshOutcome;
import dev.authpipe.proxy.vault.OpenCredential;
import dev.authpipe.wire.ConnectionId;
import dev.authpipe.wire.IntegrationId;

/** One request for a proxied call: admitted or refused, recorded, made. Never reads the body before it is admitted. */
final class ForwardExchange implements HotExchange, Admission.Decided, CallEnd {
  private final ForwardRoute route;
  private final HotConnection connection;
  private final HttpRequest request;
  private final Admission admission;
  private final Deque<HttpContent> early = new ArrayDeque<>();
  private @Nullable ForwardCall call;
  private @Nullable ForwardCall prepared;
  private @Nullable IntegrationId integration;
  private @Nullable HotExchange serving;
  private @Nullable Readmission readmission;
  private boolean recorded;

  ForwardExchange(ForwardRoute route, HotConnection connection, HttpRequest request) {
    this.route = route;
    this.connection = connection;
    this.request = request;
    this.admission = new Admission(route, connection, request, this);
  }

  void begin() {
    admission.begin();
  }

  // What the admission says.

  @Override
  public void admitted(Caller caller, Integration through, Destination destination, ProviderLimits.Place place,
      OpenCredential credential) {
    CallProfile profile = new CallProfile(caller.workspace(), through.provider().api(),
        through.provider().refresh().invalidToken(), place);
    integration = credential.integration();
    ForwardCall made = new ForwardCall(route.works(), connection, profile, destination, request, credential, this);
    if (route.configuration().workspace(caller.workspace()).map(Workspace::strictAudit).orElse(true)) {
      prepared = made;
      recordFirst(caller, credential.connection(), made);
    } else {
      start(caller, made);
    }
  }

  private void recordFirst(Caller caller, ConnectionId id, ForwardCall made) {
    route.works().blocking().start(connection, caller.workspace(), () -> {
      try {
        route.batches().writeNow(caller.workspace(), caller.actor(), id, AuditType.CREDENTIAL_CALLED, AuditOutcome.SUCCESS, null,
            connection.requestId());
      } catch (StoreUnavailableException unrecorded) {
        throw new ProblemException(ErrorCode.AUDIT_UNAVAILABLE);
      }
      connection.execute(() -> {
        recorded = true;
        prepared = null;
        start(caller, made);
      });
    }, code -> refused(new ProblemException(code)));
  }

  private void start(Caller caller, ForwardCall made) {
    call = made;
    serving = made;
    route.running().add(caller.workspace(), made);
    while (!early.isEmpty()) {
      made.requestContent(early.pollFirst());
    }
    made.start();
  }

  @Override
  public void refused(ProblemException problem) {
    releaseEarly();
    if (admission.hasOpened()) {
      ended(AuditOutcome.REFUSED, problem.code().code());
    }
    connection.problem(problem.code(), problem.detail(), problem.retryAfter());
  }

  private void releaseEarly() {
    ForwardCall unmade = prepared;
    prepared = null;
    if (unmade != null) {
      unmade.forget();
    }
    early.forEach(HttpContent::release);
    early.clear();
  }

  // What the call says.

  @Override
  public void ended(AuditOutcome outcome, @Nullable String reason) {
    admission.giveBackSlots();
    if (readmission != null) {
      readmission.end();
    }
    ForwardCall running = call;
    if (running != null) {
      route.running().remove(running);
    }
    Admission.Asked asked = admission.asked();
    if (asked != null && !recorded) {
      route.batches().count(asked.caller().workspace(), asked.caller().actor(), asked.wanted().connection(),
          AuditType.CREDENTIAL_CALLED, outcome, reason);
    }
  }

  @Override
  public void echoed() {
    Admission.Asked asked = admission.asked();
    if (asked != null && integration != null) {
      route.alarm().echoed(asked.caller(), asked.wanted().connection(), integration);
    }
  }

  @Override
  public FreshOutcome credential() {
    return route.credentials().get(wanted());
  }

  @Override
  public FreshOutcome afterInvalidToken(long generation) {
    return route.credentials().afterInvalidToken(wanted(), generation);
  }

  private CredentialRequest wanted() {
    Admission.Asked asked = admission.asked();
    if (asked == null) {
      throw new IllegalStateException("no credential was asked for");
    }
    return asked.wanted();
  }

  @Override
  public void staysOpen() {
    ForwardCall running = call;
    Admission.Asked asked = admission.asked();
    if (running != null && asked != null && readmission == null) {
      readmission = new Readmission(route, connection, request, asked, running);
    }
  }

  @Override
  public void switched(HotExchange tunnel) {
    serving = tunnel;
  }

  // What the caller's side says.

  @Override
  public void requestContent(HttpContent content) {
    HotExchange now = serving;
    if (now == null) {
      early.addLast(content); // little: nothing more is read before the call begins
    } else {
      now.requestContent(content);
    }
  }

  @Override
  public void callerBytes(ByteBuf bytes) {
    HotExchange now = serving;
    if (now == null) {
      bytes.release();
    } else {
      now.callerBytes(bytes);
    }
  }

  @Override
  public void requestReadComplete() {
    HotExchange now = serving;
    if (now != null) {
      now.requestReadComplete();
    }
  }

  @Override
  public void callerWritabilityChanged() {
    HotExchange now = serving;
    if (now != null) {
      now.callerWritabilityChanged();
    }
  }

  @Override
  public void callerGone() {
    releaseEarly();
    HotExchange now = serving;
    if (now == null) {
      admission.giveBackSlots();
    } else {
      now.callerGone();
    }
  }
}
