package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The licences that were decided on ({@code build/licences}). What no line allows is refused, so that nothing comes in undecided: each
 * licence that a component declares must be allowed, unless a line for that component says which one is taken.
 */
final class LicenceRules {
  private static final Pattern LINE = Pattern.compile("(?:(ships|builds)|component (\\S+)) \\| (.*?) \\| (\\S.*)");

  private record Rule(boolean builds, String component, String licence, String why) {
    boolean allows(Component one, String declared) {
      return licence.equals(declared) && (component.isEmpty()
          ? !builds || !one.ships()
          : component.equals(one.name()) || (component.endsWith("*") && one.name().startsWith(component.replace("*", ""))));
    }
  }

  private final List<Rule> rules;
  private final Set<Rule> used = new HashSet<>();

  LicenceRules(String text) {
    List<Rule> read = new ArrayList<>();
    text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
      Matcher match = LINE.matcher(line);
      if (!match.matches()) {
        throw new IllegalArgumentException("not a line of the licences: " + line);
      }
      String component = match.group(2);
      read.add(new Rule("builds".equals(match.group(1)), component == null ? "" : component, match.group(3), match.group(4)));
    });
    rules = List.copyOf(read);
  }

  static LicenceRules read(Path root) throws IOException {
    return new LicenceRules(Files.readString(root.resolve("build/licences")));
  }

  /** What of these components is not allowed, a sentence for each. */
  List<String> faults(List<Component> components) {
    List<String> found = new ArrayList<>();
    for (Component one : components) {
      if (!isAllowed(one)) {
        found.add("%s %s, which %s, is under %s, which build/licences does not allow".formatted(one.name(), one.version(),
            one.ships() ? "ships" : "builds", one.licences().isEmpty() ? "no declared licence" : one.declared()));
      }
    }
    return found;
  }

  /** Lines that decide on nothing that is there, in a sentence each. */
  List<String> idle() {
    return rules.stream().filter(rule -> !used.contains(rule))
        .map(rule -> "nothing%s is under %s any more: take its line out of build/licences"
            .formatted(rule.component.isEmpty() ? "" : " named " + rule.component, rule.licence))
        .toList();
  }

  private boolean isAllowed(Component one) {
    List<Rule> own = rules.stream().filter(rule -> !rule.component.isEmpty() && rule.allows(one, one.declared())).toList();
    if (!own.isEmpty()) {
      used.addAll(own);
      return true;
    }
    boolean allowed = !one.licences().isEmpty();
    for (String licence : one.licences()) {
      List<Rule> fitting = rules.stream().filter(rule -> rule.component.isEmpty() && rule.allows(one, licence)).toList();
      used.addAll(fitting);
      allowed &= !fitting.isEmpty();
    }
    return allowed;
  }
}
