package dev.authpipe.proxy.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.clientsecret.ClientSecretSetting;
import dev.authpipe.proxy.clientsecret.Replacement;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;
import dev.authpipe.proxy.secret.SecretText;

/**
 * The body that replaces a client secret.
 *
 * @param clientSecret         as the provider shows it, 1 to 65536 bytes
 * @param expiresAt            when it ends by itself, in the future; absent: unknown. Never ends its use: reminders are told before
 * @param previousValidSeconds how long the one before is tried as well, 0 to 2592000; absent: it is erased at once
 */
@Schema(name = "ClientSecretBody")
record ClientSecretBody(
    @Schema(type = "string", accessMode = Schema.AccessMode.WRITE_ONLY) @Nullable @JsonDeserialize(using = Reader.class) SecretText clientSecret,
    @Nullable Instant expiresAt, @Nullable Long previousValidSeconds) {

  /** How it takes the place of the one before. */
  Replacement replacement(Instant now) {
    if (expiresAt != null && !ClientSecretSetting.isSaneEnd(expiresAt, now)) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "expires_at is in the future.");
    }
    return new Replacement(expiresAt, keepPrevious(previousValidSeconds));
  }

  /** How long the client secret before is tried as well. */
  static Duration keepPrevious(@Nullable Long seconds) {
    long asked = seconds == null ? 0 : seconds;
    if (asked < 0 || asked > Replacement.LONGEST_KEPT.toSeconds()) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST,
          "previous_valid_seconds is 0 to " + Replacement.LONGEST_KEPT.toSeconds() + ".");
    }
    return Duration.ofSeconds(asked);
  }

  /** Reads a JSON string without repeating it in an error. */
  static final class Reader extends StdDeserializer<SecretText> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(SecretText.class);
    }

    @Override
    public SecretText deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        return (SecretText) context.handleUnexpectedToken(SecretText.class, json);
      }
      ByteBuffer utf8 = StandardCharsets.UTF_8
          .encode(CharBuffer.wrap(json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
      try {
        return SecretText.copyOf(utf8.array(), utf8.arrayOffset(), utf8.limit());
      } finally {
        Arrays.fill(utf8.array(), (byte) 0);
      }
    }
  }
}
