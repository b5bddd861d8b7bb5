package dev.authpipe.proxy.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.authpipe.wire.Feed;
import dev.authpipe.wire.SignedCommands;

/** What reading a document of the link costs at most. */
@Tag("S73")
class LinkJsonTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aDocumentOfNothingButEmptyObjectsIsRefusedBeforeItIsBuilt() {
    byte[] objects = utf8("{\"v\":1,\"workspaces\":[" + "{},".repeat(1_500_000) + "{}]}");
    assertThatThrownBy(() -> LinkJson.read(Feed.class, objects)).isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not JSON as the link has it");
  }

  @Test
  void aDocumentWithAllThatALinkMayHoldIsRead() {
    String one = "{\"payload\":\"" + "p".repeat(2_000) + "\",\"signature\":\"" + "0".repeat(128) + "\"}";
    String all = "{\"v\":1,\"commands\":[" + (one + ",").repeat(99) + one + "]}";
    assertThat(LinkJson.read(SignedCommands.class, utf8(all)).commands()).hasSize(100);
  }
}
