package dev.authpipe.proxy.ops;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the files that a settings file refers to, right or wrong, to notice when one changes. Never reads one. */
final class References {
  private static final Logger LOG = LoggerFactory.getLogger(References.class);
  private static final Pattern FILE = Pattern.compile("\\bfile:\\s*[\"']?([^\"'},#\\s]+)");

  private References() {}

  static Set<Path> in(Path settings, byte[] content) {
    Set<Path> files = new TreeSet<>();
    Matcher matcher = FILE.matcher(new String(content, StandardCharsets.UTF_8));
    while (matcher.find()) {
      add(files, settings, matcher.group(1));
    }
    return files;
  }

  private static void add(Set<Path> files, Path settings, String text) {
    try {
      files.add(settings.resolveSibling(text).normalize());
    } catch (InvalidPathException wrong) {
      LOG.debug("a reference is not a path");
    }
  }
}
