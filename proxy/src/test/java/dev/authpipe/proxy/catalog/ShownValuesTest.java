package dev.authpipe.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Feed;

/** "What end users would see" in docs/link-format.md: a hostile look is passed over, and nothing else of the document is. */
@Tag("S71")
class ShownValuesTest {
  private static final Catalog CATALOG = Catalog.builtIn(Map.of());
  private static final String WORN = "{\"accent\":\"#7a3cc4\",\"logo\":\"" + base64(Pictures.png(64, 40)) + "\"}";

  @Test
  void whatCanBeShownStaysAsItIs() {
    Feed.Workspace wanted = workspace("Acme", WORN, false);
    assertThat(ShownValues.of(wanted, null, CATALOG)).isEqualTo(new ShownValues.Outcome(wanted, Set.of()));
    Theme theme = ShownValues.theme(wanted.branding());
    assertThat(theme.accent()).isEqualTo("#7a3cc4");
    assertThat(theme.accentDark()).as("it can hardly be seen in the dark").isNull();
    assertThat(theme.logo()).isEqualTo("data:image/png;base64," + base64(Pictures.png(64, 40)));
    assertThat(ShownValues.theme(null)).isEqualTo(Theme.USUAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"#fff;}*{background:url(//x.io)}", "red", "var(--paper)", "#7a3cc", "#7a3cc4 ", "#7A3CC4\u00a0",
      "#ffee00",
      "expression(alert(1))", "</style><script>", ""})
  void aColourThatIsNoneOrCannotBeSeenIsPassedOver(String accent) {
    refused(LinkJson.text(Map.of("accent", accent, "logo", base64(Pictures.png(64, 40)))), "feed_colour_wrong");
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void aPictureThatIsNoneOfOursIsPassedOver(byte[] file) {
    refused(LinkJson.text(Map.of("logo", base64(file))), "feed_logo_wrong");
  }

  static java.util.List<byte[]> pictures() {
    return Pictures.hostile();
  }

  @Test
  void ofAPictureOnlyThePixelsAreShownSoThatTheOperatorAndEveryBrowserSeeTheSame() {
    String dressed = LinkJson.text(Map.of("logo", base64(Pictures.dressed(Pictures.png(64, 40)))));
    Feed.Workspace wanted = workspace("Acme", dressed, false);
    assertThat(ShownValues.of(wanted, null, CATALOG).refused()).isEmpty();
    assertThat(ShownValues.theme(wanted.branding())).isEqualTo(
        ShownValues.theme(workspace("Acme", LinkJson.text(Map.of("logo", base64(Pictures.png(64, 40)))), false).branding()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data:image/png;base64,iVBORw0KGgo=", "https://evil.example/logo.png", "iVBORw0KGgo=\u00e9", "%", ""})
  void whatIsNoBase64IsPassedOver(String logo) {
    refused(LinkJson.text(Map.of("logo", logo)), "feed_logo_wrong");
  }

  @Test
  void whatWasApprovedUnderOtherRulesIsNotShownAndNothingElseGoesOutOfForce() {
    assertThat(ShownValues.presentable(workspace("Acme", WORN, true))).isEqualTo(workspace("Acme", WORN, true));
    assertThat(ShownValues.presentable(workspace("Ac\u200bme", "{\"accent\":\"#ffee00\"}", true)))
        .isEqualTo(workspace("acme", null, true));
  }

  private static void refused(String branding, String code) {
    Feed.Workspace before = workspace("Acme", WORN, false);
    Feed.Workspace hostile = workspace("Acme", branding, true);
    ShownValues.Outcome outcome = ShownValues.of(hostile, before, CATALOG);
    assertThat(outcome.refused()).containsExactly(code);
    assertThat(outcome.workspace()).as("the look of before, and what narrows").isEqualTo(workspace("Acme", WORN, true));
    assertThat(ShownValues.of(hostile, null, CATALOG).workspace()).isEqualTo(workspace("Acme", null, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Acme\u202egro.live", "Ac\u200bme", "\u2066Acme", "P\u0430ypal", "Google", "g o o g l e", "\u24bcoogle",
      "\uff27\uff2f\uff2f\uff27\uff2c\uff25", "SLACK!", "GitHub", " "})
  void aNameThatMisleadsIsPassedOverAndTheRestOfItsIntegrationIsNot(String name) {
    ShownValues.Outcome outcome = ShownValues.of(workspace(name, WORN, true), workspace("Acme", WORN, false), CATALOG);
    assertThat(outcome.refused()).containsExactly("feed_name_misleading");
    assertThat(outcome.workspace()).isEqualTo(workspace("Acme", WORN, true));
    assertThat(ShownValues.of(workspace(name, WORN, false), null, CATALOG).workspace().integrations())
        .as("nobody is asked to approve it").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Acme for Google", "Your Bank", "\u042f\u043d\u0434\u0435\u043a\u0441 Tasks",
      "\u682a\u5f0f\u4f1a\u793eAcme"})
  void whoANameIsAndWhetherItLiesIsForTheOperator(String name) {
    assertThat(ShownValues.of(workspace(name, null, false), null, CATALOG).refused()).isEmpty();
  }

  private static Feed.Workspace workspace(String name, @Nullable String branding, boolean disabled) {
    return Documents.read(Feed.Workspace.class, LinkJson.tree("""
        {"id":"wks_00000000000000000000000001","name":"acme","region":"eu","retention_days":20,"strict_audit":%s,
         "integrations":[{"id":"int_00000000000000000000000001","slug":"slack","provider":"slack","client_id":"c","scopes":["a"],
           "return_urls":[],"params":{},"application_name":%s,"proxy_only":false,"disabled":%s,"note":""}],
         "api_keys":[],"api_key_requests":[]%s}""".formatted(disabled, LinkJson.text(name), disabled,
        branding == null ? "" : ",\"branding\":" + branding)));
  }

  private static String base64(byte[] file) {
    return Base64.getEncoder().encodeToString(file);
  }
}
