package dev.authpipe.quickstart.flow;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.authpipe.sdk.value.ApiKey;

/**
 * Configures everything in the control plane, links the proxy to it, and approves at the proxy what the control plane wants. Keeps what it
 * learns for those who come after; prints none of it.
 */
public final class SetUp implements AutoCloseable {
  final Supplier<Plan> plan;
  final Operators operators;
  final Known<Member> owner = new Known<>("the owner's session");
  final Known<List<String>> recoveryCodes = new Known<>("recovery codes");
  final Known<ControlView> control = new Known<>("a workspace");
  final Known<String> keyRequest = new Known<>("a request for an API key");
  final Known<String> operatorsKeyRequest = new Known<>("a request for the operator's API key");
  final Known<String> dataPlane = new Known<>("a data plane");
  final Known<String> enrolmentCode = new Known<>("an enrolment code");
  final Known<ApiKey> apiKey = new Known<>("an API key");
  final Known<ApiKey> operatorsKey = new Known<>("the operator's API key");

  /**
   * What is to be configured.
   *
   * @param dashboard origin of the control plane's dashboard
   * @param email     of the first owner
   * @param password  of the first owner
   * @param clientId  of the registration at the provider
   * @param slugs     of the integrations with that registration, one at least; the first is the one that is used
   * @param returnUrls of the applications
   * @param patience  how long to wait for what happens soon
   */
  public record Plan(URI dashboard, String email, String password, String clientId, List<String> slugs, List<URI> returnUrls,
      Duration patience) {
    /** Copies. */
    public Plan {
      slugs = List.copyOf(slugs);
      returnUrls = List.copyOf(returnUrls);
    }

    @Override
    public String toString() {
      return "the plan for " + dashboard;
    }
  }

  /**
   * Nothing has happened yet.
   *
   * @param plan      is asked for when the first step begins
   * @param operators of the two planes
   */
  public SetUp(Supplier<Plan> plan, Operators operators) {
    this.plan = plan;
    this.operators = operators;
  }

  /** From the first owner to the enrolment code, at the control plane; then the enrolment at the proxy, which need not run yet. */
  public List<Step> configuring() {
    List<Step> steps = new ArrayList<>(new OwnerSteps(this).steps());
    steps.addAll(new ConfigureSteps(this).steps());
    return steps;
  }

  /** What a proxy that runs needs from its operator. */
  public List<Step> approving() {
    return new ApproveSteps(this).steps();
  }

  /** The API key that the proxy showed. */
  public ApiKey apiKey() {
    return apiKey.get();
  }

  /** The API key of the proxy's operator. */
  public ApiKey operatorsKey() {
    return operatorsKey.get();
  }

  /** The operators of both planes, who may go on. */
  public Operators operators() {
    return operators;
  }

  /** The control plane, to whom the owner is signed in. */
  public ControlView control() {
    return control.get();
  }

  /** What completes a sign-in of the owner in place of the authenticator app; each works once. */
  public List<String> recoveryCodes() {
    return recoveryCodes.get();
  }

  @Override
  public void close() {
    if (owner.isKnown()) {
      owner.get().close();
    }
  }
}
