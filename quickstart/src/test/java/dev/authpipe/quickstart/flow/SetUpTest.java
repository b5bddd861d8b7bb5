package dev.authpipe.quickstart.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The steps that configure, link and approve, on a control plane that only keeps the contract's shape: each must notice what is wrong. */
class SetUpTest {
  /** One thing that is wrong, and the step that has to notice it. */
  private record Fault(String step, String what, Consumer<ContractControlPlane> cause) {}

  private static final class Parts implements AutoCloseable {
    final ContractControlPlane plane = new ContractControlPlane(_ -> null);
    final SetUp setUp = new SetUp(() -> new SetUp.Plan(plane.address(), "owner@demo.example", "canary-password", "client",
        List.of("sandbox", "sandbox-archive"), List.of(URI.create("https://app.example/connected")), Duration.ofMillis(200)),
        plane);
    final List<StepResult> results = new ArrayList<>();

    Parts() throws IOException {}

    List<Step> steps() {
      List<Step> steps = new ArrayList<>(setUp.configuring());
      steps.addAll(setUp.approving());
      return steps;
    }

    boolean run() {
      return new Flow(new StepReport() {
        @Override
        public void begins(Step step) {}

        @Override
        public void ended(StepResult result) {
          results.add(result);
        }
      }).run(steps());
    }

    @Override
    public void close() {
      setUp.close();
      plane.close();
    }
  }

  private static Stream<Fault> faults() {
    return Stream.of(owning(), configuring(), approving()).flatMap(List::stream);
  }

  private static Fault fault(String step, String what, Consumer<ContractControlPlane> cause) {
    return new Fault(step, what, cause);
  }

  private static List<Fault> owning() {
    String invited = "Its first owner takes the operator's invitation";
    String factor = "The owner sets up a second factor";
    String signsIn = "The owner signs in with both";
    return List.of(fault(invited, "there is no sign-up", it -> it.alter("POST /api/v1/sign-up", reply -> reply.status(403))),
        fault(invited, "the address need not be proved",
            it -> it.alter("POST /api/v1/sign-up", reply -> reply.replaced("verify_address", "signed_in"))),
        fault(invited, "the code is refused", it -> it.alter("POST /api/v1/verify", reply -> reply.status(422))),
        fault(invited, "there is no token against other sites",
            it -> it.alter("GET /api/v1/csrf-token", reply -> reply.status(500))),
        fault(factor, "it cannot be set up", it -> it.alter("POST /api/v1/me/totp", reply -> reply.status(409))),
        fault(factor, "it has no key", it -> it.alter("POST /api/v1/me/totp", reply -> reply.replaced("secret=", "other="))),
        fault(factor, "the code is refused", it -> it.alter("POST /api/v1/me/totp/confirm", reply -> reply.status(422))),
        fault(factor, "there are no recovery codes",
            it -> it.alter("POST /api/v1/me/totp/confirm", reply -> reply.body("{\"recovery_codes\":[]}"))),
        fault(signsIn, "the session does not end", it -> it.alter("DELETE /api/v1/session", reply -> reply.status(500))),
        fault(signsIn, "the password is refused", it -> it.alter("POST /api/v1/sign-in", reply -> reply.status(401))),
        fault(signsIn, "the password alone suffices",
            it -> it.alter("POST /api/v1/sign-in", reply -> reply.replaced("second_factor", "signed_in"))),
        fault(signsIn, "the second step is refused",
            it -> it.alter("POST /api/v1/sign-in/second-factor", reply -> reply.status(401))));
  }

  private static List<Fault> configuring() {
    String makes = "A workspace, and integrations in it";
    String refuses = "A client secret is refused there";
    String asks = "API keys are asked for";
    String plane = "A data plane is made: its enrolment code";
    String enrols = "The proxy is enrolled, over mutual TLS";
    return List.of(fault(makes, "there is no workspace", it -> it.alter("POST /api/v1/workspaces", reply -> reply.status(409))),
        fault(makes, "the integration is refused",
            it -> it.alterInWorkspace("POST", "/integrations", reply -> reply.status(422))),
        fault(makes, "it has no id", it -> it.alterInWorkspace("POST", "/integrations", reply -> reply.body("{}"))),
        fault(refuses, "it is taken",
            it -> it.alterInWorkspace("PATCH", "/integrations/sandbox", reply -> reply.status(200))),
        fault(refuses, "it is refused for another reason",
            it -> it.alterInWorkspace("PATCH", "/integrations/sandbox", reply -> reply.replaced("secret_refused", "other"))),
        fault(asks, "the request is refused",
            it -> it.alterInWorkspace("POST", "/api-key-requests", reply -> reply.status(403))),
        fault(asks, "a key is made at once",
            it -> it.alterInWorkspace("POST", "/api-key-requests", reply -> reply.replaced("waiting", "made"))),
        fault(plane, "none is made", it -> it.alterInWorkspace("POST", "/data-planes", reply -> reply.status(403))),
        fault(plane, "no code is shown",
            it -> it.alterInWorkspace("POST", "/data-planes", reply -> reply.replaced("ap_enrol_", "other_"))),
        fault(enrols, "the command fails", it -> it.alter("enrol", _ -> {
          throw new StepFailure("exit code 0 of enrol", "exit code 1");
        })), fault(enrols, "it is another data plane", it -> it.alter("enrol", reply -> reply.body("dpl_2"))));
  }

  private static List<Fault> approving() {
    String waits = "What the control plane wants waits";
    String approves = "An API key for the application";
    String secret = "The client secret goes into the proxy";
    String knows = "The control plane knows of both, and has neither";
    return List.of(fault(waits, "nothing waits", it -> it.alterInWorkspace("GET", "/data-planes/*",
        reply -> reply.replaced("(\"waiting_changes\":)5", "$10"))),
        fault(waits, "the proxy lists other changes", it -> it.alter("approve", reply -> reply.body("chg_1"))),
        fault(approves, "the command fails", it -> it.alter("approve --all", _ -> {
          throw new StepFailure("exit code 0 of approve", "exit code 1");
        })),
        fault(approves, "it shows no key", it -> it.alter("approve --all", reply -> reply.body("none"))),
        fault(secret, "the proxy does not take it", it -> it.alter("client-secret", reply -> reply.body("false"))),
        fault(knows, "it never hears of the client secret", it -> it.alterInWorkspace("GET", "/integrations/sandbox",
            reply -> reply.body("{\"client_secret_since\":null}"))),
        fault(knows, "it never hears of the client secret of the other integration", it -> it.alterInWorkspace("GET",
            "/integrations/sandbox-archive", reply -> reply.body("{\"client_secret_since\":null}"))),
        fault(knows, "it knows another key",
            it -> it.alterInWorkspace("GET", "/api-keys", reply -> reply.replaced("kreq_1", "kreq_9"))),
        fault(knows, "it has the key itself", it -> it.alterInWorkspace("GET", "/api-keys",
            reply -> reply.replaced("key_1", ContractControlPlane.KEY.reveal()))),
        fault(knows, "the proxy is not online", it -> afterApproval(it, "online", "silent")),
        fault(knows, "the proxy is behind", it -> afterApproval(it, "(\"applied_version\":)3", "$12")));
  }

  /** The steps before this one look at the proxy as well. */
  private static void afterApproval(ContractControlPlane it, String pattern, String replacement) {
    AtomicInteger approvals = new AtomicInteger();
    it.alter("approve --all", reply -> {
      approvals.incrementAndGet();
      return reply;
    });
    it.alterInWorkspace("GET", "/data-planes/*",
        reply -> approvals.get() > 0 ? reply.replaced(pattern, replacement) : reply);
  }

  @TestFactory
  @Tag("S62")
  Stream<DynamicTest> everyFaultIsNoticedByItsStepAndNoSecretIsPrinted() {
    return faults().map(fault -> dynamicTest(fault.step + ": " + fault.what, () -> {
      try (Parts parts = new Parts()) {
        fault.cause.accept(parts.plane);
        assertThat(parts.run()).as("the steps held").isFalse();
        assertThat(parts.results.getLast().step().name()).as(() -> parts.results.getLast().toString()).isEqualTo(fault.step);
        printsNoSecret(parts);
      }
    }));
  }

  @Test
  void everyStepHoldsWhenTheContractIsKept() throws IOException {
    try (Parts parts = new Parts()) {
      assertThat(parts.run()).as(() -> parts.results.getLast().toString()).isTrue();
      assertThat(parts.results).extracting(StepResult::remark)
          .allSatisfy(remark -> assertThat(remark).hasSizeLessThan(80));
      assertThat(parts.setUp.recoveryCodes()).as("the first was used").containsExactly("canary-recovery-2");
      assertThat(parts.plane.wishes()).extracting(wish -> wish.path("scopes").toString())
          .anyMatch(scopes -> scopes.equals("[\"config:write\"]")).anyMatch(scopes -> !scopes.contains("config:write"));
      printsNoSecret(parts);
    }
  }

  @Test
  void everyStepHasAFaultThatItNotices() throws IOException {
    try (Parts parts = new Parts()) {
      assertThat(new TreeSet<>(faults().map(Fault::step).toList()))
          .isEqualTo(new TreeSet<>(parts.steps().stream().map(Step::name).toList()));
    }
  }

  /** The vector of RFC 6238, appendix B, cut to six digits. */
  @Test
  void theAuthenticatorMakesTheCodesOfItsStandard() {
    Authenticator app = new Authenticator(URI.create("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assertThat(app.code(Instant.ofEpochSecond(59))).isEqualTo("287082");
    assertThat(app.code(Instant.ofEpochSecond(1_111_111_109))).isEqualTo("081804");
  }

  private static void printsNoSecret(Parts parts) {
    assertThat(parts.results.toString()).doesNotContain("canary");
  }
}
