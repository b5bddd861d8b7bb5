package dev.authpipe.control.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

import org.junit.jupiter.api.Test;

class PngImageTest {
  @Test
  void aSmallPictureIsTaken() {
    byte[] file = png(512, 1);
    assertThat(PngImage.ofDataUrl(PngImage.of(file).dataUrl())).isEqualTo(PngImage.of(file));
  }

  @Test
  void oneThatIsTooWideTooLongOrBrokenIsRefused() {
    refused(png(513, 1));
    refused(png(1, 0));
    refused(Arrays.copyOf(png(1, 1), PngImage.LARGEST + 1));
    refused(new byte[0]);
    byte[] file = png(16, 16);
    for (int i = 0; i < file.length; i++) {
      byte[] broken = file.clone();
      broken[i] ^= 0x40;
      refused(broken);
      refused(Arrays.copyOf(file, i));
    }
    refused(Arrays.copyOf(file, file.length + 1));
  }

  private static void refused(byte[] file) {
    assertThatThrownBy(() -> PngImage.of(file)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A file whose chunks are in order; its pixels are none. */
  static byte[] png(int width, int height) {
    ByteBuffer file = ByteBuffer.allocate(200);
    file.put(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(file, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[]{8, 6, 0, 0, 0}).array());
    chunk(file, "IDAT", new byte[]{1, 2, 3});
    chunk(file, "IEND", new byte[0]);
    return Arrays.copyOf(file.array(), file.position());
  }

  private static void chunk(ByteBuffer file, String type, byte[] content) {
    byte[] body = ByteBuffer.allocate(4 + content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content).array();
    CRC32 sum = new CRC32();
    sum.update(body);
    file.putInt(content.length).put(body).putInt((int) sum.getValue());
  }
}
