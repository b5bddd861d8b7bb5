package dev.authpipe.proxy.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Proposal;
import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.WorkspaceId;

/** What an operator reads before approving is all that there is. */
@Tag("S71")
class ApprovalWordsTest {
  private static final String WORKSPACE = "wks_00000000000000000000000001";

  /** Said of a picture, it would hide the value, or not be decodable and hide the whole list. */
  @ParameterizedTest
  @ValueSource(strings = {"AAAA", "===="})
  void aParameterThatIsCalledAsALogoIsSaidAsItIs(String quarter) {
    String value = quarter.repeat(16);
    Approvals.Waiting waiting = waiting("int_00000000000000000000000001", "params", LinkJson.text(Map.of("logo", value)));
    assertThat(ApprovalWords.sentence(waiting)).contains("\"logo\":\"" + value + "\"");
    assertThat(ApprovalWords.logo(waiting)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAAA", "===="})
  void aLogoThatTodaysRulesRefuseHidesNothing(String quarter) {
    String value = quarter.repeat(16);
    assertThat(ApprovalWords.sentence(new Approvals.Waiting(new Proposal(WorkspaceId.parse(WORKSPACE), WORKSPACE, "branding",
        LinkJson.text(Map.of("logo", value)), null), "acme", Instant.EPOCH))).contains(value).endsWith(" to nothing");
  }

  private static Approvals.Waiting waiting(String object, String member, String after) {
    return new Approvals.Waiting(new Proposal(WorkspaceId.parse(WORKSPACE), object, member, null, after), "acme", Instant.EPOCH);
  }
}
