package dev.authpipe.sdk;

import dev.authpipe.sdk.incident.Incident;
import dev.authpipe.sdk.incident.IncidentRequest;
import dev.authpipe.sdk.value.IncidentId;

/**
 * Ends or renews every connection of a workspace at once, when credentials may have leaked. Scope {@code incident}. It cannot be undone.
 * Asking again while one runs is the same incident.
 */
public final class Incidents {

  private final Exchange exchange;

  Incidents(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Blocks every connection and has each revoked at its provider until that confirms.
   *
   * @param request what it reaches
   * @return the incident, which has begun
   */
  public Incident revokeAll(IncidentRequest request) {
    return begin(request, "revoke-all");
  }

  /**
   * Refreshes every connection, and revokes its old access token where the provider can do that alone.
   *
   * @param request what it reaches
   * @return the incident, which has begun
   */
  public Incident rotateAll(IncidentRequest request) {
    return begin(request, "rotate-all");
  }

  /**
   * How far an incident is.
   *
   * @param incident which one
   * @return the incident
   */
  public Incident get(IncidentId incident) {
    return OperatorAnswers.incident(exchange.call(ApiCall.repeatable("GET", path(incident))));
  }

  /**
   * What became of each connection, signed. {@link dev.authpipe.sdk.error.NotFoundException} while the incident runs.
   *
   * @param incident which one
   * @param part     1 to {@link Incident#reportParts()}
   * @return a signed document, verified offline
   */
  public String report(IncidentId incident, int part) {
    return exchange.answer(ApiCall.repeatable("GET", path(incident) + "/report")
        .with(new Query().add("part", Integer.toString(part))).accepting("text/plain")).text();
  }

  private Incident begin(IncidentRequest request, String what) {
    return OperatorAnswers.incident(exchange.call(ApiCall.repeatable("POST", "/v1/workspaces/" + request.workspace() + "/" + what)
        .withBody(Bodies.incident(request))));
  }

  private static String path(IncidentId incident) {
    return "/v1/incidents/" + incident;
  }
}
