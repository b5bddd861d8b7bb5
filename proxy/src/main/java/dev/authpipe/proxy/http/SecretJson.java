package dev.authpipe.proxy.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;

import dev.authpipe.proxy.secret.SecretText;

/** Secrets in the few JSON bodies that carry one by contract. Never registered for every body: each field that uses it says so. */
public final class SecretJson {
  private static final int LONGEST = 16 * 1024;

  private SecretJson() {}

  /** Writes the secret itself: for the one answer that hands it out. */
  public static final class Writer extends StdSerializer<SecretText> {
    private static final long serialVersionUID = 1L;

    /** For annotations. */
    public Writer() {
      super(SecretText.class);
    }

    @Override
    public void serialize(SecretText secret, JsonGenerator json, SerializerProvider provider) throws IOException {
      byte[] utf8 = secret.exposeUtf8();
      json.writeUTF8String(utf8, 0, utf8.length);
    }
  }

  /** Reads a text without making a string of it. */
  public static final class Reader extends StdDeserializer<SecretText> {
    private static final long serialVersionUID = 1L;

    /** For annotations. */
    public Reader() {
      super(SecretText.class);
    }

    @Override
    public SecretText deserialize(JsonParser json, DeserializationContext context) throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING || json.getTextLength() > LONGEST) {
        return (SecretText) context.handleUnexpectedToken(SecretText.class, json);
      }
      ByteBuffer utf8 = StandardCharsets.UTF_8
          .encode(CharBuffer.wrap(json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
      SecretText secret = SecretText.copyOf(utf8.array(), utf8.arrayOffset(), utf8.limit());
      Arrays.fill(utf8.array(), (byte) 0);
      return secret;
    }
  }
}
