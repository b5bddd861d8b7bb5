package dev.authpipe.proxy.forward;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.authpipe.proxy.catalog.ApiProfile;
import dev.authpipe.proxy.egress.Origin;
import dev.authpipe.proxy.egress.TlsVersion;
import dev.authpipe.proxy.egress.UpstreamKind;
import dev.authpipe.proxy.http.ErrorCode;
import dev.authpipe.proxy.http.ProblemException;

/**
 * Decides where a proxied call goes (S20): the sealed API base and then the caller's path, byte for byte. Refuses every spelling by which a
 * path could leave the base or reach the provider's OAuth endpoints; judges exactly the bytes that are sent.
 */
final class Destinations {
  private Destinations() {}

  /**
   * Where one call goes.
   *
   * @param kind   the origin, and how it is spoken to
   * @param target path and query as they are sent
   */
  record Destination(UpstreamKind kind, String target) {
    Origin origin() {
      return kind.origin();
    }
  }

  static Destination resolve(ApiProfile profile, TlsVersion tls, URI apiBase, ForwardTarget asked) {
    checkPath(asked.path(), profile.paths());
    String base = apiBase.getRawPath() == null ? "" : apiBase.getRawPath();
    String path = base.endsWith("/") ? base.substring(0, base.length() - 1) + asked.path() : base + asked.path();
    String sent = path.isEmpty() ? "/" : path;
    List<String> readings = readings(sent);
    for (String forbidden : profile.forbiddenPaths()) {
      String prefix = comparable(forbidden);
      for (String reading : readings) {
        if (isWithin(reading, prefix)) {
          throw refused("The provider's OAuth endpoints cannot be called through the proxy.");
        }
      }
    }
    return new Destination(new UpstreamKind(Origin.of(apiBase), tls, profile.http()), sent + asked.query());
  }

  private static void checkPath(String path, ApiProfile.PathAllowances allowed) {
    if (path.indexOf('\\') >= 0) {
      throw refused("A path has no backslash.");
    }
    if (!allowed.emptySegments() && path.contains("//")) {
      throw refused("A path has no empty segment.");
    }
    checkEscapes(path, allowed);
    int start = 0;
    while (start <= path.length()) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      checkSegment(path.substring(start, end));
      start = end + 1;
    }
  }

  private static void checkEscapes(String path, ApiProfile.PathAllowances allowed) {
    for (int percent = path.indexOf('%'); percent >= 0; percent = path.indexOf('%', percent + 1)) {
      int octet = octet(path, percent);
      boolean twice = octet == '%';
      int meant = twice && isHex(path, percent + 3) ? Integer.parseInt(path, percent + 3, percent + 5, 16) : octet;
      boolean bad = switch (meant) {
        case '/' -> twice || !allowed.encodedSlash();
        case '.' -> twice || !allowed.encodedDot();
        case '\\' -> true;
        default -> meant < ' ' || meant == 0x7F;
      };
      if (bad) {
        throw refused("A path has no encoded dot, slash, backslash or control character.");
      }
    }
  }

  private static int octet(String path, int percent) {
    if (!isHex(path, percent + 1)) {
      throw refused("A path has a percent sign that encodes nothing.");
    }
    return Integer.parseInt(path, percent + 1, percent + 3, 16);
  }

  private static boolean isHex(String text, int at) {
    return at + 2 <= text.length() && Character.digit(text.charAt(at), 16) >= 0 && Character.digit(text.charAt(at + 1), 16) >= 0;
  }

  /** A dot segment stays one when it is encoded, between encoded slashes, or when it carries parameters that some servers cut off. */
  private static void checkSegment(String segment) {
    if (segment.indexOf('%') < 0 && segment.indexOf('.') != 0) {
      return; // it is not a dot segment, and is not encoded
    }
    String decoded = decoded(segment, "2e", ".");
    decoded = decoded(decoded(decoded, "3b", ";"), "2f", "/");
    for (String part : decoded.split("/", -1)) {
      int parameters = part.indexOf(';');
      String name = parameters < 0 ? part : part.substring(0, parameters);
      if (name.equals(".") || name.equals("..")) {
        throw refused("A path has no dot segment.");
      }
    }
  }

  private static String decoded(String text, String octet, String meant) {
    return text.replace("%" + octet, meant).replace("%" + octet.toUpperCase(Locale.ROOT), meant);
  }

  /** All that a path can be read as: a server behind another may decode once more what is left encoded. Each step is shorter. */
  private static List<String> readings(String sent) {
    List<String> readings = new ArrayList<>(1);
    String plain = comparable(sent);
    readings.add(plain);
    if (plain.indexOf('%') < 0 && plain.indexOf(';') < 0) {
      return readings; // nothing is left to decode
    }
    for (String next = comparable(plain); !next.equals(plain); next = comparable(plain)) {
      readings.add(next);
      plain = next;
    }
    return readings;
  }

  /** As lenient as a server could read it: decoded, in lower case, without parameters and empty segments. */
  private static String comparable(String path) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%' && isHex(path, i + 1)) {
        c = (char) Integer.parseInt(path, i + 1, i + 3, 16);
        i += 2;
      }
      if (c == ';') {
        int slash = path.indexOf('/', i);
        i = slash < 0 ? path.length() : slash - 1;
      } else if (c != '/' || plain.isEmpty() || plain.charAt(plain.length() - 1) != '/') {
        plain.append(c);
      }
    }
    if (plain.length() > 1 && plain.charAt(plain.length() - 1) == '/') {
      plain.setLength(plain.length() - 1);
    }
    return plain.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean isWithin(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/' || prefix.endsWith("/"));
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(ErrorCode.PATH_NOT_ALLOWED, detail);
  }
}
