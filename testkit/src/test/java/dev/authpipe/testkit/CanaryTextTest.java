package dev.authpipe.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.authpipe.testkit.CanaryText.Finding;
import dev.authpipe.testkit.CanaryText.Form;

@Tag("S62")
class CanaryTextTest {

  private final CanaryText canary = CanaryText.random(new Random(7));

  @Test
  void absentCanaryIsNotFound() {
    assertThat(canary.search(CanaryText.random(new Random(8)).text())).isEmpty();
    assertThat(canary.search(canary.text().substring(1))).isEmpty();
    assertThat(canary.search(new byte[0])).isEmpty();
  }

  @Test
  void rawCanaryIsFoundWithItsOffset() {
    assertThat(canary.search("secret=" + canary.text() + ";")).extracting(Finding::form, Finding::offset)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Form.RAW, 7L));
  }

  @Test
  void base64IsFoundInEveryAlignmentAndAlphabet() {
    for (var lead = 0; lead < 6; lead++) {
      var bytes = ("~".repeat(lead) + canary.text() + "?>").getBytes(StandardCharsets.UTF_8);
      assertThat(canary.search(Base64.getEncoder().encode(bytes))).extracting(Finding::form).containsExactly(Form.BASE64);
      assertThat(canary.search(Base64.getUrlEncoder().withoutPadding().encode(bytes))).extracting(Finding::form)
          .containsExactly(Form.BASE64);
    }
  }

  @Test
  void hexAndPercentEncodingAreFoundInEitherCase() {
    var bytes = canary.text().getBytes(StandardCharsets.UTF_8);
    assertThat(canary.search(HexFormat.of().formatHex(bytes))).extracting(Finding::form).containsExactly(Form.HEX);
    assertThat(canary.search(HexFormat.of().withUpperCase().formatHex(bytes))).extracting(Finding::form)
        .containsExactly(Form.HEX);
    assertThat(canary.search(HexFormat.of().withPrefix("%").formatHex(bytes))).extracting(Finding::form)
        .containsExactly(Form.URL_ENCODED);
  }

  @Test
  void gzipInGzipIsFoundInTheMiddleOfAFile(@TempDir Path directory) throws IOException {
    var packed = gzip(gzip(("before " + canary.text()).getBytes(StandardCharsets.UTF_8)));
    var file = new ByteArrayOutputStream();
    file.write(new byte[]{0x1f, (byte) 0x8b, 8, 1, 2, 3});
    file.write(packed);
    file.write("after".getBytes(StandardCharsets.UTF_8));
    Files.write(Files.createDirectories(directory.resolve("deep/er")).resolve("dump.bin"), file.toByteArray());

    assertThat(canary.search(directory)).extracting(Finding::form).contains(Form.GZIP);
  }

  @Test
  void findingsAndTheCanaryDoNotPrintIt() {
    assertThat(canary.search(canary.text()).toString() + canary).doesNotContain(canary.text());
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }
}
