package dev.authpipe.proxy.forward;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One case of {@code src/test/resources/framing}, whose README tells the notation.
 *
 * @param name     what is wrong
 * @param expected what must come of it
 * @param lines    bytes as Latin-1, a line of the file each
 */
record HostileCase(String name, String expected, List<String> lines) {
  private static final Pattern REPEATED = Pattern.compile("\\{([^{}]*)\\*(\\d+)}");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|0|x[0-9a-f]{2})");

  static List<HostileCase> read(String file) {
    List<HostileCase> all = new ArrayList<>();
    for (String block : text(file).split("(?m)^== ", -1)) {
      String[] parts = block.split("\n", 3);
      if (parts.length == 3) {
        all.add(new HostileCase(parts[0], parts[1], parts[2].lines().map(HostileCase::bytes).toList()));
      }
    }
    return all;
  }

  String all() {
    return String.join("", lines);
  }

  @Override
  public String toString() {
    return name;
  }

  private static String bytes(String line) {
    String aimed = line.replace("{target}", ForwardCallTest.path(""));
    String repeated = REPEATED.matcher(aimed)
        .replaceAll(found -> Matcher.quoteReplacement(found.group(1).repeat(Integer.parseInt(found.group(2)))));
    return ESCAPE.matcher(repeated).replaceAll(found -> Matcher.quoteReplacement(switch (found.group(1).charAt(0)) {
      case 'r' -> "\r";
      case 'n' -> "\n";
      case 't' -> "\t";
      case '0' -> "\0";
      default -> Character.toString((char) Integer.parseInt(found.group(1).substring(1), 16));
    }));
  }

  private static String text(String file) {
    try (InputStream in = Objects.requireNonNull(HostileCase.class.getResourceAsStream("/framing/" + file))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
