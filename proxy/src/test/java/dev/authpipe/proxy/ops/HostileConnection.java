package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;

import dev.authpipe.testkit.http.Answer;
import dev.authpipe.testkit.http.ExchangeHandler;

/** What a hostile control plane does below the link's documents, or when the operator renews the key of the link. */
@SuppressWarnings("ImmutableEnumChecker") // the sets are copies that nobody changes
enum HostileConnection {
  ANOTHER_CERTIFICATE("another certificate to those who connect again", "link_another_server") {
    @Override
    void play(HostileHour hour) {
      long refused = hour.stage.plane.server().refusedHandshakes();
      hour.stage.plane.showPinned(false);
      await().atMost(LinkStage.PATIENCE).until(() -> hour.stage.plane.server().refusedHandshakes() >= refused + 4);
      hour.stage.plane.showPinned(true);
    }
  },
  AWAY("closes its port and every connection, and comes back") {
    @Override
    void play(HostileHour hour) {
      hour.stage.plane.server().refuseConnections();
      hour.stage.plane.server().acceptConnections();
    }
  },
  FORGETS_THE_KEY("takes a renewed key of the proxy and does not know it", "link_unknown_here") {
    @Override
    void play(HostileHour hour) {
      hour.stage.plane.script(RENEWAL, exchange -> exchange.answer(Answer.of(204)));
      assertThat(hour.stage.run("", "enrol", "--renew").code()).isZero();
      hour.stage.plane.script(RENEWAL, null);
      assertThat(hour.stage.enrol().code()).isZero();
    }
  },
  ANSWERS_THE_KEY("answers a renewed key with a document") {
    @Override
    void play(HostileHour hour) {
      renewalFails(hour, exchange -> exchange.answer(Answer.json(200, "{\"v\":1,\"command_key\":\"00\"}")));
    }
  },
  REDIRECTS_THE_KEY("sends a renewed key elsewhere") {
    @Override
    void play(HostileHour hour) {
      renewalFails(hour, exchange -> exchange.answer(Answer.redirect(307, hour.elsewhere())));
    }
  };

  private static final String RENEWAL = "/link/v1/identity";

  private final String words;
  private final Set<String> audited;

  HostileConnection(String words, String... audited) {
    this.words = words;
    this.audited = Set.of(audited);
  }

  abstract void play(HostileHour hour);

  String words() {
    return words;
  }

  Set<String> audited() {
    return audited;
  }

  private static void renewalFails(HostileHour hour, ExchangeHandler answer) {
    List<String> before = hour.stage.plane.identities();
    hour.stage.plane.script(RENEWAL, answer);
    LinkStage.Ran ran = hour.stage.run("", "enrol", "--renew");
    hour.stage.plane.script(RENEWAL, null);
    assertThat(ran.code()).as(ran.out()).isEqualTo(1);
    assertThat(hour.stage.plane.identities()).as("the key is the one before").isEqualTo(before);
  }
}
