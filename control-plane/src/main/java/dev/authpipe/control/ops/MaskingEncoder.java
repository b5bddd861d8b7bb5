package dev.authpipe.control.ops;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import org.jspecify.annotations.Nullable;

/**
 * Wraps another encoder and masks what looks like a secret in its lines (S61). The second net only: nothing secret should ever get here, and
 * nothing may rely on it.
 */
public final class MaskingEncoder extends EncoderBase<ILoggingEvent> {
  private static final String NAMES = "(?:access[_-]?token|refresh[_-]?token|id[_-]?token|session[_-]?token|client[_-]?secret|client[_-]?assertion|code[_-]?verifier|finish[_-]?code|api[_-]?key|password|passwd|authorization|set-cookie|cookie|secret|token|code|state)";
  private static final Pattern SECRETS = Pattern.compile(
      "\\bap_sk_[A-Za-z0-9_]{6,}" + "|(?i:\\b(?:Bearer|Basic|DPoP)\\s+)[A-Za-z0-9._~+/=-]{8,}"
          + "|(?<=[/@:])[^\\s/@:\"]{1,100}:[^\\s/@\"]{1,200}(?=@)"
          + "|\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?"
          + "|\\b(?:xox[a-z]?[.-][A-Za-z0-9.-]{8,}|gh[opsur]_[A-Za-z0-9]{16,}|ya29\\.[A-Za-z0-9_-]{8,}|GOCSPX-[A-Za-z0-9_-]{8,}|sbx_[a-z]+_[A-Za-z0-9_-]{8,})");
  private static final Pattern NAMED = Pattern
      .compile("(?i)(\\b" + NAMES + "\"?\\s{0,3}[=:]\\s{0,3}\"?)([A-Za-z0-9._~+/%=-]{8,})");
  private static final Pattern LONG_RUN = Pattern
      .compile("(?<![A-Za-z0-9_/+-])(?=[A-Za-z_/+-]*\\d)(?=[\\d_/+-]*[A-Za-z])[A-Za-z0-9_+-]{43,}={0,2}");
  private static final int LONGEST = 64 * 1024;

  private @Nullable Encoder<ILoggingEvent> encoder;

  /** The encoder whose lines are masked; set by the logging configuration. */
  public void setEncoder(Encoder<ILoggingEvent> encoder) {
    this.encoder = encoder;
  }

  @Override
  public void start() {
    if (encoder != null) {
      encoder.start();
      super.start();
    }
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    if (encoder == null) {
      return new byte[0];
    }
    return mask(new String(encoder.encode(event), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  /** The text with everything that looks like a secret replaced by {@code ***}; what is beyond 64 KiB is cut. */
  static String mask(String text) {
    String line = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "… cut\n";
    line = SECRETS.matcher(line).replaceAll("***");
    line = NAMED.matcher(line).replaceAll("$1***");
    return LONG_RUN.matcher(line).replaceAll("***");
  }
}
