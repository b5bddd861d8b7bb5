package dev.authpipe.proxy.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;

import dev.authpipe.proxy.secret.SecretText;

/** Reads a secret out of JSON without making a string of it; 1 to 16,384 characters. Each field that uses it says so. */
final class SecretTextReader extends StdDeserializer<SecretText> {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 16 * 1024;

  SecretTextReader() {
    super(SecretText.class);
  }

  @Override
  public SecretText deserialize(JsonParser json, DeserializationContext context) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING || json.getTextLength() < 1 || json.getTextLength() > LONGEST) {
      return (SecretText) context.handleUnexpectedToken(SecretText.class, json);
    }
    ByteBuffer utf8 = StandardCharsets.UTF_8
        .encode(CharBuffer.wrap(json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
    SecretText secret = SecretText.copyOf(utf8.array(), utf8.arrayOffset(), utf8.limit());
    Arrays.fill(utf8.array(), (byte) 0);
    return secret;
  }
}
