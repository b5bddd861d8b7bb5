package dev.authpipe.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S22")
class AddressPolicyTest {
  private static final Origin PROVIDER = Origin.of(URI.create("https://api.provider.example"));

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({"8.8.8.8,PUBLIC", "1.1.1.1,PUBLIC", "172.15.255.255,PUBLIC", "172.32.0.0,PUBLIC", "100.63.255.255,PUBLIC",
      "223.255.255.255,PUBLIC",
      "0.0.0.0,UNSPECIFIED", "0.1.2.3,UNSPECIFIED", "10.0.0.1,PRIVATE", "10.255.255.255,PRIVATE", "100.64.0.1,SHARED",
      "100.127.255.255,SHARED",
      "127.0.0.1,LOOPBACK", "127.255.0.9,LOOPBACK", "169.254.169.254,LINK_LOCAL", "172.16.0.1,PRIVATE", "172.31.255.255,PRIVATE",
      "192.168.1.1,PRIVATE",
      "192.0.0.8,RESERVED", "192.0.2.1,RESERVED", "192.88.99.1,RESERVED", "198.18.0.1,RESERVED", "198.19.255.255,RESERVED",
      "198.51.100.7,RESERVED",
      "203.0.113.9,RESERVED", "224.0.0.1,MULTICAST", "239.255.255.255,MULTICAST", "240.0.0.1,RESERVED",
      "255.255.255.255,RESERVED",
      "2606:4700::1111,PUBLIC", "2a00:1450:4001:81b::200e,PUBLIC", "::,UNSPECIFIED", "::1,LOOPBACK", "fe80::1,LINK_LOCAL",
      "febf::1,LINK_LOCAL",
      "fec0::1,UNIQUE_LOCAL", "fc00::1,UNIQUE_LOCAL", "fdff::1,UNIQUE_LOCAL", "fd00:ec2::254,UNIQUE_LOCAL", "ff02::1,MULTICAST",
      "2001::1,RESERVED",
      "2001:10::1,RESERVED", "2001:db8::1,RESERVED", "2002:7f00:1::,RESERVED", "2002:808:808::,RESERVED", "3fff::1,RESERVED",
      "100::1,RESERVED",
      "4000::1,RESERVED", "64:ff9b::10.0.0.1,PRIVATE", "64:ff9b::127.0.0.1,LOOPBACK", "64:ff9b::169.254.169.254,LINK_LOCAL",
      "64:ff9b::8.8.8.8,PUBLIC",
      "64:ff9b:1::8.8.8.8,RESERVED", "::10.1.2.3,PRIVATE", "::ffff:0:10.0.0.1,RESERVED"})
  void everyAddressHasItsKind(String address, AddressKind kind) {
    assertThat(AddressKind.of(InetAddress.ofLiteral(address).getAddress())).isEqualTo(kind);
    assertThat(policy(List.of(), List.of()).allows(PROVIDER, InetAddress.ofLiteral(address)))
        .isEqualTo(kind == AddressKind.PUBLIC);
  }

  @ParameterizedTest(name = "{0} inside a mapped address is {1}")
  @CsvSource({"10.0.0.1,PRIVATE", "127.0.0.1,LOOPBACK", "169.254.169.254,LINK_LOCAL", "8.8.8.8,PUBLIC"})
  void anAddressMappedIntoIpv6IsTheAddressItMaps(String address, AddressKind kind) {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    System.arraycopy(InetAddress.ofLiteral(address).getAddress(), 0, mapped, 12, 4);
    assertThat(AddressKind.of(mapped)).isEqualTo(kind);
  }

  @Test
  void aNameThatAlsoLeadsInsideIsRefusedAsAWhole() {
    assertThat(policy(List.of(), List.of()).allowsAll(PROVIDER,
        List.of(InetAddress.ofLiteral("8.8.8.8"), InetAddress.ofLiteral("10.0.0.1"))))
        .isFalse();
    assertThat(policy(List.of(), List.of()).allowsAll(PROVIDER, List.of())).isFalse();
  }

  @Test
  void theOperatorMayNameAPrivateHostButNotItsMetadataAddress() {
    AddressPolicy policy = policy(List.of("API.provider.example"), List.of());
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("10.1.1.1"))).isTrue();
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("fd00::1"))).isTrue();
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("169.254.169.254"))).isFalse();
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    assertThat(policy.allows(Origin.of(URI.create("https://other.example")), InetAddress.ofLiteral("10.1.1.1"))).isFalse();
  }

  @Test
  void theOperatorMayNameARange() {
    AddressPolicy policy = policy(List.of(), List.of("10.20.0.0/15"));
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("10.21.255.255"))).isTrue();
    assertThat(policy.allows(PROVIDER, InetAddress.ofLiteral("10.22.0.0"))).isFalse();
    assertThatThrownBy(() -> policy(List.of(), List.of("10.0.0.0/33"))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> policy(List.of(), List.of("localhost/8"))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void withoutTlsOnlyAStandInIsSpokenTo() {
    AddressPolicy policy = new AddressPolicy(EgressSettings.defaults().withStandIns(Set.of(URI.create("http://127.0.0.1:4711"))));
    assertThat(policy.allowsScheme(Origin.of(URI.create("http://127.0.0.1:4711/x")))).isTrue();
    assertThat(policy.allowsScheme(Origin.of(URI.create("http://127.0.0.1:4712")))).isFalse();
    assertThat(policy.allowsScheme(Origin.of(URI.create("http://api.provider.example")))).isFalse();
    assertThatThrownBy(() -> Origin.of(URI.create("https://user@api.provider.example")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static AddressPolicy policy(List<String> hosts, List<String> ranges) {
    return new AddressPolicy(
        new EgressSettings(hosts, ranges, List.of(), Set.of(), Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 8));
  }
}
