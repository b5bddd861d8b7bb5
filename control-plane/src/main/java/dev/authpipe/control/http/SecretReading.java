package dev.authpipe.control.http;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import jakarta.inject.Singleton;

import dev.authpipe.control.secret.SecretText;

/** Reads a secret of a body, always text, straight into its type. There is no counterpart that writes one. */
@Singleton
final class SecretReading extends StdDeserializer<SecretText> {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 1024;

  SecretReading() {
    super(SecretText.class);
  }

  @Override
  public SecretText deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING || parser.getTextLength() > LONGEST) {
      context.reportInputMismatch(SecretText.class, "not a short text");
    }
    return SecretText.of(parser.getText());
  }
}
