package dev.authpipe.quickstart.flow;

import java.util.List;
import java.util.Map;

import dev.authpipe.sdk.ProviderRequest;
import dev.authpipe.sdk.ProviderResponse;
import dev.authpipe.sdk.error.AuthpipeException;
import dev.authpipe.sdk.error.ConnectionUnusableException;
import dev.authpipe.sdk.error.ErrorCode;
import dev.authpipe.sdk.error.NotFoundException;
import dev.authpipe.sdk.value.Erasure;
import dev.authpipe.sdk.value.ErasureId;
import dev.authpipe.sdk.value.ErasureStatus;

/** The end user leaves: disconnects one connection, makes another, and is then erased altogether. */
final class EndSteps {
  private static final String LEAVE = "Disconnect";
  private static final String ERASE = "Erase the person";

  private final Journey journey;
  private final Known<ErasureId> erasure = new Known<>("an erasure");

  EndSteps(Journey journey) {
    this.journey = journey;
  }

  List<Step> disconnecting() {
    return List.of(new Step(LEAVE, "Ada disconnects: revoked at the provider", this::disconnects),
        new Step(LEAVE, "The next call is refused as disconnected", this::nextCallIsRefused));
  }

  List<Step> erasing() {
    return List.of(new Step(ERASE, "Ada connects once more", this::connectsAgain),
        new Step(ERASE, "Ada asks to be erased", this::asksToBeErased),
        new Step(ERASE, "The receipt says what was done", this::receipt),
        new Step(ERASE, "Nothing of hers works at the provider", this::nothingAlive),
        new Step(ERASE, "Her connection and her export are gone", this::gone));
  }

  private String disconnects() throws Exception {
    int before = journey.where.provider().revocations();
    journey.ada.asks("DELETE", "/api/connections/" + journey.connection.get(), Map.of());
    nothingAlive();
    return journey.where.provider().revocations() - before + " revocations sent";
  }

  private String nextCallIsRefused() {
    ProviderRequest request = ProviderRequest.get(Journey.ADA, "/me").build();
    try (ProviderResponse response = journey.application.providerCalls().send(journey.connection.get(), request)) {
      throw new StepFailure("424 disconnected", "the provider's answer " + response.status());
    } catch (ConnectionUnusableException refusal) {
      Expect.that(refusal.code().equals(ErrorCode.DISCONNECTED), "code disconnected", "code " + refusal.code());
      return refusal.status() + " " + refusal.code();
    }
  }

  private String connectsAgain() {
    journey.connection.is(new ConnectTrip(journey.where, journey.ada).travel());
    journey.issued.is(journey.application.connections().accessToken(journey.connection.get(), Journey.ADA));
    return journey.connection.get().value();
  }

  private String asksToBeErased() {
    erasure.is(new ErasureId(journey.ada.asks("POST", "/api/erase-me", Map.of()).path("erasure").asText()));
    return erasure.get().value();
  }

  private String receipt() throws Exception {
    Expect.soon(journey.where.patience(), () -> read().status().equals(ErasureStatus.COMPLETED), "a completed erasure",
        "it is still running");
    Erasure done = read();
    Expect.that(done.connections().stream().anyMatch(each -> each.id().equals(journey.connection.get())),
        "an outcome for her connection", "none");
    Expect.that(!done.receipt().contains(Journey.ADA.value()), "a receipt without her name", "it names her");
    return done.connections().size() + (done.connections().size() == 1 ? " connection: " : " connections: ")
        + done.connections().getLast().outcome();
  }

  private Erasure read() {
    return journey.application.endUsers().erasure(erasure.get());
  }

  private String nothingAlive() throws Exception {
    Expect.soon(journey.where.patience(), () -> !journey.where.provider().holdsAnythingAlive(), "no live token at the provider",
        "one still works");
    Expect.status(401, journey.statusAtProvider(journey.issued.get().accessToken()), "the provider");
    return "";
  }

  private String gone() throws Exception {
    try {
      journey.application.connections().get(journey.connection.get());
      throw new StepFailure("404 for the connection", "the connection");
    } catch (NotFoundException gone) {
      Expect.status(404, journey.api("/v1/end-users/" + Journey.ADA + "/export").statusCode(), "the export");
      return "404 both";
    } catch (AuthpipeException other) {
      throw new StepFailure("404 for the connection", other.status() + " " + other.code());
    }
  }
}
