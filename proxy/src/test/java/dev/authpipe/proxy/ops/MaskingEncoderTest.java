package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S61")
class MaskingEncoderTest {
  @ParameterizedTest
  @ValueSource(strings = {"key ap_sk_01h455vb4pex5vsknk084sn02q_HUNTERhunter2HUNTERhunter2HUNTERhunter2HUNTER12_abcdef was used",
      "Authorization: Bearer HUNTERhunter2.x", "authorization=Basic SFVOVEVSaHVudGVyMg==", "access_token=HUNTERhunter2",
      "\"refresh_token\":\"HUNTERhunter2\"", "client_secret: HUNTERhunter2", "GET /callback?code=HUNTERhunter2&x=1",
      "password = HUNTERhunter2",
      "jdbc:postgresql://user:HUNTERhunter2@db/vault", "got xoxb-HUNTERhunter2-1", "got ya29.HUNTERhunter2",
      "got gho_HUNTERhunter2HUNTER",
      "value HUNTERhunter2HUNTERhunter2HUNTERhunter2HUNTERhunter2", "jwt eyJhbGciOiJIUzI1NiJ9.SFVOVEVSaHVudGVyMg.HUNTERhunter2"})
  void whatLooksLikeASecretIsMasked(String line) {
    assertThat(MaskingEncoder.mask(line)).contains("***").doesNotContain("HUNTER").doesNotContain("SFVOVEVS");
  }

  @Test
  void ordinaryLinesStayAsTheyAre() {
    String line = "2026-11-23T22:00:00.000Z INFO ProxyServer listening: api Listener[host=127.0.0.1, port=8400] int_01h455vb4pex5vsknk084sn02q "
        + "io.micronaut.http.server.netty.NettyHttpServer request 01h455vb4pex5vsknk084sn02q took 12 ms, code 200, state pending";
    assertThat(MaskingEncoder.mask(line)).isEqualTo(line);
  }

  @Test
  void aHugeLineIsCut() {
    assertThat(MaskingEncoder.mask("a ".repeat(1_000_000)).length()).isLessThan(70_000);
  }
}
