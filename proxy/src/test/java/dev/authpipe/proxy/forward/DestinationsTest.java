package dev.authpipe.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.catalog.ApiProfile.PathAllowances;
import dev.authpipe.proxy.catalog.CallLimits;
import dev.authpipe.proxy.catalog.EndpointTemplate;
import dev.authpipe.proxy.egress.HttpOffer;
import dev.authpipe.proxy.egress.TlsVersion;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.wire.ConnectionId;

@Tag("S20")
class DestinationsTest {
  private static final String CONNECTION = new ConnectionId(UUID.randomUUID()).toString();
  private static final URI BASE = URI.create("https://api.provider.example/v2");

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/items", "/items/", "/items/1?x=1&y=%2F..%2F&z=//", "/a%20b", "/a+b", "/items?",
      "/.well-known/x", "/a..b", "/...",
      "/~user/!$&'()*,=:@", "/caf%C3%A9", "/%25", "/a%25b", "/a;v=1/b"})
  void pathAndQueryReachTheProviderByteForByte(String rest) {
    assertThat(target(PathAllowances.NONE, rest)).isEqualTo("/v2" + rest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/..", "/.", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/a", "/%2E%2e/a", "/.%2e/a", "/%2e/a", "/a%2fb",
      "/a%2Fb", "/a%5cb", "/a%5Cb",
      "/a\\b", "/..\\a", "//", "//evil.example/x", "/a//b", "/..;/a", "/..;x=1/a", "/.;/a", "/..%3b/a", "/..%3Bx=1/a",
      "/%252e%252e/a", "/a%252fb",
      "/a%255cb", "/a%00b", "/a%0d%0ab",
      "/a%0ab", "/a%7f", "/a%", "/a%2", "/a%zz", "/a b", "/a#b", "/a\u00e9"})
  void aPathThatCouldMeanAnotherIsRefused(String rest) {
    assertThatThrownBy(() -> target(PathAllowances.NONE, rest)).isInstanceOfSatisfying(ProblemException.class,
        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.PATH_NOT_ALLOWED));
  }

  @Test
  void aProfileMayAllowEncodedSlashesAndDotsAndEmptySegmentsButNeverDotSegments() {
    PathAllowances all = new PathAllowances(true, true, true);
    for (String rest : List.of("/group%2Fproject", "/a%2Eb", "/a//b")) {
      assertThat(target(all, rest)).isEqualTo("/v2" + rest);
    }
    for (String rest : List.of("/%2e%2e/a", "/../a", "/.%2E/a", "/a%5cb", "/a%252fb", "/a%2F..%2Foauth%2Ftoken",
        "/a%2f%2e%2E;b")) {
      assertThatThrownBy(() -> target(all, rest)).isInstanceOf(ProblemException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth/token", "/oauth/token/", "/oauth/token/x", "/OAuth/Token", "/o%61uth/token",
      "/oauth/tok%65n?x=1", "/oauth/token;a=b",
      "/oauth;a/token", "/%256fauth/token", "/oauth/%25%37%34oken", "/oauth%25%33b/token", "/oauth/token%3bx"})
  void theOAuthEndpointsOfTheProviderAreUnreachable(String rest) {
    assertThatThrownBy(() -> target(PathAllowances.NONE, rest)).isInstanceOf(ProblemException.class);
    assertThat(target(PathAllowances.NONE, "/oauth/tokens")).isEqualTo("/v2/oauth/tokens");
  }

  @Test
  void whereTheCallGoesIsTheSealedBaseWhateverTheCallerAsks() {
    Destinations.Destination destination = Destinations.resolve(profile(PathAllowances.NONE), TlsVersion.TLS_1_3,
        URI.create("https://api.provider.example:8443"),
        ForwardTarget.parse("/v1/proxy/" + CONNECTION + "/@evil.example/x?u=https://evil.example"));
    assertThat(destination.origin().host()).isEqualTo("api.provider.example");
    assertThat(destination.origin().port()).isEqualTo(8443);
    assertThat(destination.target()).isEqualTo("/@evil.example/x?u=https://evil.example");
    assertThat(Destinations
        .resolve(profile(PathAllowances.NONE), TlsVersion.TLS_1_3, URI.create("https://api.provider.example"),
            ForwardTarget.parse("/v1/proxy/" + CONNECTION))
        .target()).isEqualTo("/");
  }

  @Test
  void whatIsNotAnIdNamesNoConnection() {
    assertThat(ForwardTarget.parse("/v1/proxy/conn_x/y").connection()).isNull();
    assertThat(ForwardTarget.parse("/v1/proxy/").connection()).isNull();
    assertThat(ForwardTarget.parse("/v1/proxy/" + CONNECTION + "?a=/b").connection()).hasToString(CONNECTION);
    assertThat(ForwardTarget.parse("/v1/proxy/" + CONNECTION + "?a=/b").query()).isEqualTo("?a=/b");
  }

  private static String target(PathAllowances allowances, String rest) {
    return Destinations
        .resolve(profile(allowances), TlsVersion.TLS_1_3, BASE, ForwardTarget.parse("/v1/proxy/" + CONNECTION + rest)).target();
  }

  private static ApiProfile profile(PathAllowances allowances) {
    return new ApiProfile(EndpointTemplate.of("https://api.provider.example/v2"), List.of("api.provider.example"),
        new ApiProfile.Injection("Authorization", "Bearer {credential}"), Map.of(), Set.of(), List.of("/v2/oauth/token"),
        allowances,
        ApiProfile.Timeouts.DEFAULT, ApiProfile.Streams.DEFAULT, CallLimits.NONE, HttpOffer.UP_TO_2, null);
  }
}
