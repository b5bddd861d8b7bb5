package dev.authpipe.proxy.connection;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/**
 * Reads the rows of a batch one by one, so that each that is wrong can be named. Repeats no name that it does not know and no value: either may be
 * a secret in the wrong place.
 */
final class BatchRows {
  /** Most rows of a batch. */
  static final int MOST = 1000;

  private static final Pattern PLAIN_NAME = Pattern.compile("[a-z][a-z_]{0,39}");

  private final ObjectMapper json;

  BatchRows(ObjectMapper json) {
    this.json = json;
  }

  private record Slice(int from, int to, boolean object) {}

  /**
   * The rows in their order; null: what is wrong with it stands in {@code faults}.
   *
   * @throws ProblemException if the body is no batch
   */
  List<@Nullable ImportInput> read(byte[] body, RowFaults faults) {
    List<Slice> slices = slices(body);
    if (slices.isEmpty() || slices.size() > MOST) {
      throw new ProblemException(ErrorCode.UNPROCESSABLE, "A batch has 1 to " + MOST + " connections.");
    }
    List<@Nullable ImportInput> rows = new ArrayList<>();
    for (int row = 0; row < slices.size(); row++) {
      rows.add(row(body, slices.get(row), row, faults));
    }
    return rows;
  }

  private @Nullable ImportInput row(byte[] body, Slice slice, int row, RowFaults faults) {
    if (!slice.object()) {
      faults.add(RowFaults.pointer(row), ErrorCode.INVALID_REQUEST, "A row is an object.");
      return null;
    }
    byte[] bytes = Arrays.copyOfRange(body, slice.from(), slice.to());
    try {
      return json.readValue(bytes, ImportInput.class);
    } catch (UnrecognizedPropertyException unknown) {
      faults.add(pointer(row, unknown, 1), ErrorCode.UNKNOWN_FIELD,
          "A field that is not known here; known are " + String.join(", ", known(unknown)) + ".");
    } catch (JsonMappingException wrong) {
      faults.add(pointer(row, wrong, 0), ErrorCode.INVALID_REQUEST, "A field is missing or has a wrong form.");
    } catch (IOException broken) {
      faults.add(RowFaults.pointer(row), ErrorCode.INVALID_JSON, ErrorCode.INVALID_JSON.meaning());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    return null;
  }

  private static List<String> known(UnrecognizedPropertyException unknown) {
    return unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
  }

  /** Where in the row, as far as the names are ours: what a customer names, as in {@code metadata}, is left out. */
  private static String pointer(int row, JsonMappingException wrong, int withoutLast) {
    StringBuilder pointer = new StringBuilder(RowFaults.pointer(row));
    List<JsonMappingException.Reference> path = wrong.getPath();
    for (JsonMappingException.Reference step : path.subList(0, path.size() - Math.min(path.size(), withoutLast))) {
      String name = step.getFieldName();
      if (name == null || !PLAIN_NAME.matcher(name).matches()) {
        break;
      }
      pointer.append('/').append(name);
      if (name.equals("metadata") || name.equals("params")) {
        break;
      }
    }
    return pointer.toString();
  }

  private List<Slice> slices(byte[] body) {
    List<Slice> slices = new ArrayList<>();
    boolean began = false;
    try (JsonParser parser = json.getFactory().createParser(body)) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (!parser.currentName().equals("connections")) {
          throw new ProblemException(ErrorCode.UNKNOWN_FIELD);
        }
        began = true;
        require(parser.nextToken() == JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          slices.add(slice(parser));
        }
      }
      if (parser.nextToken() != null) {
        throw new ProblemException(ErrorCode.INVALID_JSON);
      }
      return slices;
    } catch (IOException broken) {
      throw began
          ? new ProblemException(ErrorCode.INVALID_JSON,
              "The JSON is broken in or after " + RowFaults.pointer(slices.size()) + ".")
          : new ProblemException(ErrorCode.INVALID_JSON);
    }
  }

  private static Slice slice(JsonParser parser) throws IOException {
    boolean object = parser.currentToken() == JsonToken.START_OBJECT;
    long from = parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    long to = parser.currentLocation().getByteOffset();
    if (from < 0 || to < from) {
      throw new ProblemException(ErrorCode.INVALID_JSON, "The body is UTF-8.");
    }
    return new Slice((int) from, (int) to, object);
  }

  private static void require(boolean itIs) {
    if (!itIs) {
      throw new ProblemException(ErrorCode.INVALID_REQUEST, "The body is an object with the array connections.");
    }
  }
}
