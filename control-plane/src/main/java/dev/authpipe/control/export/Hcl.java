package dev.authpipe.control.export;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes HCL in its native syntax (HCL specification, sections on literals and templates). A text never becomes an expression: quotes,
 * backslashes, control characters and the beginnings of templates are escaped.
 */
final class Hcl {
  private static final String TYPE = "authpipe_";

  /**
   * An expression that stands as it is.
   *
   * @param text HCL
   */
  record Expression(String text) {}

  private Hcl() {}

  /** A resource block; the name is a slug or an id. */
  static String resource(String type, String name, Map<String, Object> members) {
    StringBuilder block = new StringBuilder("resource \"" + TYPE + type + "\" \"" + identifier(name) + "\" {\n");
    members.forEach((member, value) -> block.append("  ").append(member).append(" = ").append(value(value)).append('\n'));
    return block.append("}\n").toString();
  }

  /** The variable that stands for the client secret of an integration. */
  static String secretVariable(String slug) {
    return "variable \"" + variable(slug) + "\" {\n  type = string\n  sensitive = true\n  description = "
        + text("Client secret of " + slug + ". The control plane does not know it: bin/authpipe secret set " + slug) + "\n}\n";
  }

  /** Names that variable. */
  static Expression reference(String slug) {
    return new Expression("var." + variable(slug));
  }

  /** A slug may have hyphens, which HCL takes in a name as well, so that two slugs never share one. */
  private static String variable(String slug) {
    return "client_secret_" + slug;
  }

  private static String value(Object value) {
    return switch (value) {
      case Expression expression -> expression.text;
      case Boolean flag -> flag.toString();
      case Number number -> number.toString();
      case Collection<?> list -> list.stream().map(Hcl::value).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> map -> map.entrySet().stream().map(e -> text(String.valueOf(e.getKey())) + " = " + value(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
      default -> text(value.toString());
    };
  }

  private static String identifier(String name) {
    return Character.isDigit(name.charAt(0)) ? "_" + name : name;
  }

  static String text(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean opens = (c == '$' || c == '%') && i + 1 < text.length() && text.charAt(i + 1) == '{';
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(opens ? opening(c, i > 0 && text.charAt(i - 1) == c) : String.valueOf(c));
      }
    }
    return quoted.append('"').toString();
  }

  /** Doubled, as people write it; after another of its kind by number, for three in a row would be read in two ways. */
  private static String opening(char c, boolean afterItsLike) {
    return afterItsLike ? "\\u%04x".formatted((int) c) : String.valueOf(c) + c;
  }
}
