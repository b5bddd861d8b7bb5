package dev.authpipe.proxy.refresh;

import static dev.authpipe.testkit.sandbox.Behaviours.answersStatus;
import static dev.authpipe.testkit.sandbox.Behaviours.oauthError;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.authpipe.proxy.egress.Outbound;
import dev.authpipe.proxy.egress.OutboundException;
import dev.authpipe.proxy.egress.OutboundParts;
import dev.authpipe.proxy.egress.OutboundRequest;
import dev.authpipe.proxy.egress.OutboundResponse;
import dev.authpipe.testkit.sandbox.Call;

/** The way to the provider with two points on it, and the list of the refreshes that came by. */
final class SteppedProvider implements Outbound {
  /** What the network and the provider make of a request. */
  enum Fate {
    NORMAL,
    NOT_SENT,
    ANSWER_DROPPED,
    UNAVAILABLE,
    CLIENT_REFUSED
  }

  /** One refresh that left. */
  static final class Trip {
    final Interleaving.Actor actor;
    final long generation;
    final int lapses;
    final Instant sentAt;
    boolean underWay = true;
    boolean granted;
    boolean lost;

    Trip(Interleaving.Actor actor, long generation, int lapses, Instant sentAt) {
      this.actor = actor;
      this.generation = generation;
      this.lapses = lapses;
      this.sentAt = sentAt;
    }
  }

  private final Stage stage;
  private final Outbound real;
  private final Interleaving steps;
  private final List<Trip> trips = new ArrayList<>();
  private Fate next = Fate.NORMAL;
  private int lapses;

  SteppedProvider(Stage stage, Outbound real, Interleaving steps) {
    this.stage = stage;
    this.real = real;
    this.steps = steps;
  }

  /** Begins anew. */
  void forget() {
    trips.clear();
    next = Fate.NORMAL;
    lapses = 0;
  }

  /** What becomes of the request whose sender goes on next. */
  void next(Fate fate) {
    next = fate;
  }

  /** So much time passes that every lease which is held now lapses. */
  void leasesLapse() {
    lapses++;
  }

  int lapses() {
    return lapses;
  }

  List<Trip> trips() {
    return trips;
  }

  @Override
  public OutboundResponse exchange(OutboundRequest request) throws OutboundException {
    Interleaving.Actor actor = steps.current();
    if (actor == null || !request.uri().getPath().equals(stage.server.tokenEndpoint().getPath())) {
      steps.point("revoking");
      return real.exchange(request);
    }
    steps.point("sending");
    Fate fate = next;
    next = Fate.NORMAL;
    if (fate == Fate.NOT_SENT) {
      throw OutboundParts.broken(false);
    }
    if (fate == Fate.UNAVAILABLE) {
      stage.server.script().next(Call.REFRESH, answersStatus(503));
    } else if (fate == Fate.CLIENT_REFUSED) {
      stage.server.script().next(Call.REFRESH, oauthError("invalid_client"));
    }
    Trip trip = new Trip(actor, Long.parseLong(actor.name.substring(actor.name.lastIndexOf('@') + 1)), actor.claimedIn(),
        stage.clock.instant());
    trips.add(trip);
    try {
      OutboundResponse response = real.exchange(request);
      trip.granted = response.status() == 200;
      trip.lost = trip.granted; // until it is in the journal
      if (fate == Fate.ANSWER_DROPPED) {
        throw OutboundParts.broken(true);
      }
      steps.point("answered");
      return response;
    } finally {
      trip.underWay = false;
    }
  }
}
