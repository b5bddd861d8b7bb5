package dev.authpipe.quickstart.supply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The report of what ships and under which licence, with the texts that have to go along where nothing else carries them: the dashboard's
 * packages are built into one script, while a jar goes out whole, with its licence and notice inside.
 */
final class ThirdPartyNotice {
  private final StringBuilder text = new StringBuilder("""
      What Authpipe ships of others: component, version, licence as declared. The jars in lib/ are unchanged and hold their own
      licence and notice files. The script of the dashboard is built of the npm packages whose licences follow in full.

      """);

  ThirdPartyNotice(List<Component> components) {
    components.stream().filter(Component::ships).sorted(Comparator.comparing(Component::name))
        .forEach(
            one -> text.append(one.name()).append(' ').append(one.version()).append("  ").append(one.declared()).append('\n'));
  }

  /**
   * Adds the licence text of an installed npm package.
   *
   * @param others texts of packages that come without, each named as its package
   * @throws IllegalStateException if there is none, or the package is not installed
   */
  void add(Path dashboard, Path others, PackageLock.NpmPackage one) throws IOException {
    if (!Files.isDirectory(dashboard.resolve(one.path()))) {
      throw new IllegalStateException("the npm package " + one.name() + " is not installed: run npm ci in " + dashboard);
    }
    text.append("\n---- ").append(one.name()).append(' ').append(one.version()).append(" ----\n\n");
    try (Stream<Path> files = Files.list(dashboard.resolve(one.path()))) {
      Path licence = files
          .filter(file -> file.getFileName().toString().toLowerCase(Locale.ROOT).matches("(licen[cs]e|copying)(\\.\\w+)?"))
          .min(Comparator.naturalOrder()).orElse(others.resolve(one.name() + ".txt"));
      if (!Files.exists(licence)) {
        throw new IllegalStateException(
            "the npm package " + one.name() + " ships and holds no licence text: write it to " + licence);
      }
      text.append(Files.readString(licence).strip()).append('\n');
    }
  }

  String text() {
    return text.toString();
  }
}
