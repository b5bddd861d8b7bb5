package dev.authpipe.proxy.audit;

import java.util.regex.Pattern;

import dev.authpipe.tlog.CanonicalJson;

/** The forms a value in {@code detail} can have. None of them can hold a sentence, a name, a mail address or a secret. */
enum DetailKind {
  COUNT("integer", "0 to 9007199254740991"),
  FLAG("boolean", "true or false"),
  CODE("string", Constants.CODE),
  ID("string",
      Constants.ID),
  SCOPES("string",
      "scope tokens (RFC 6749 section 3.3) separated by single spaces, at most 4,096 characters"),
  TIME(
      "string", "RFC 3339, UTC, three decimals");

  private static final class Constants {
    static final String CODE = "[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}";
    static final String ID = "[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  }

  static final int LONGEST_SCOPES = 4096;
  private static final Pattern CODES = Pattern.compile(Constants.CODE);
  private static final Pattern IDS = Pattern.compile(Constants.ID);
  private static final Pattern SCOPE_LIST = Pattern.compile("(?:[!#-\\[\\]-~]+(?: [!#-\\[\\]-~]+)*)?");
  private static final Pattern TIMES = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

  private final String jsonType;
  private final String form;

  DetailKind(String jsonType, String form) {
    this.jsonType = jsonType;
    this.form = form;
  }

  boolean accepts(Object value) {
    return switch (this) {
      case COUNT -> value instanceof Long number && number >= 0 && number <= CanonicalJson.LARGEST_INTEGER;
      case FLAG -> value instanceof Boolean;
      case CODE -> value instanceof String text && CODES.matcher(text).matches();
      case ID -> value instanceof String text && IDS.matcher(text).matches();
      case SCOPES -> value instanceof String text && text.length() <= LONGEST_SCOPES && SCOPE_LIST.matcher(text).matches();
      case TIME -> value instanceof String text && TIMES.matcher(text).matches();
    };
  }

  String jsonType() {
    return jsonType;
  }

  String form() {
    return form;
  }
}
