package dev.authpipe.proxy.ops;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Proposal;
import dev.authpipe.proxy.link.Commands;
import dev.authpipe.wire.WorkspaceId;

/** Says in plain words what waits. Values stand as JSON, so that no text of a control plane can pass for ours. */
final class ApprovalWords {
  /**
   * In the canonical JSON of a workspace, which has no other member of that name: in a text the quotation marks would be escaped. It was decoded
   * before it came to wait. A parameter of an integration may be called the same, and be anything.
   */
  private static final Pattern PICTURE = Pattern.compile("\"logo\":\"([A-Za-z0-9+/=]{64,})\"");
  /** Where a PNG says how wide it is: behind signature, length and type. */
  private static final int WIDTH = 16;

  private ApprovalWords() {}

  static String sentence(Approvals.Waiting waiting) {
    Proposal change = waiting.proposal();
    String kind = switch (change.object().substring(0, change.object().indexOf('_'))) {
      case "wks" -> "the workspace itself";
      case "int" -> "integration " + change.object();
      case "key" -> "API key " + change.object();
      case "whk" -> "webhook endpoint " + change.object();
      default -> "a new API key (" + change.object() + ")";
    };
    String where = "workspace " + waiting.workspaceName() + ", " + kind + ": ";
    if (change.member().isEmpty()) {
      return where + "add " + shown(change, change.after());
    }
    return where + change.member() + " from " + shown(change, change.before()) + " to " + shown(change, change.after());
  }

  static String sentence(Commands.Waiting command, String workspace) {
    String target = command.target().isEmpty() ? "" : " " + plain(command.target());
    return "workspace " + workspace + ": " + command.kind() + target + ", reaching " + command.connections()
        + " connections, good until " + command.expiresAt();
  }

  static Map<String, Object> tree(Approvals.Waiting waiting) {
    Proposal change = waiting.proposal();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("id", change.id().toString());
    tree.put("workspace", change.workspace().toString());
    tree.put("workspace_name", waiting.workspaceName());
    tree.put("object", change.object());
    tree.put("member", change.member());
    tree.put("before", change.before());
    tree.put("after", change.after());
    tree.put("since", waiting.since().toString());
    return tree;
  }

  private static String shown(Proposal change, @Nullable String json) {
    if (json == null) {
      return "nothing";
    }
    return plain(mayHavePicture(change) ? PICTURE.matcher(json).replaceAll(logo -> picture(logo.group(1))) : json);
  }

  private static boolean mayHavePicture(Proposal change) {
    return change.object().startsWith(WorkspaceId.PREFIX + "_");
  }

  /** What a terminal can say of a picture; {@code --logo} writes it to a file. */
  private static String picture(String base64) {
    try {
      byte[] bytes = Approvals.picture(base64);
      ByteBuffer head = ByteBuffer.wrap(bytes, WIDTH, 2 * Integer.BYTES);
      return "\"logo\":{\"png\":\"%d x %d pixels, %d bytes\",\"sha256\":\"%s\"}".formatted(head.getInt(), head.getInt(),
          bytes.length, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (IllegalArgumentException wrong) {
      return "\"logo\":{\"none by today's rules\":\"" + base64 + "\"}";
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  /** The picture that a change would put on the connect page, as it would stand there. */
  static Optional<byte[]> logo(Approvals.Waiting waiting) {
    return Optional.of(waiting.proposal()).filter(ApprovalWords::mayHavePicture).map(Proposal::after).map(PICTURE::matcher)
        .filter(Matcher::find).map(found -> Approvals.picture(found.group(1)));
  }

  /** A terminal gets printable ASCII only: neither colours nor look-alike letters nor text that runs backwards. */
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    text.codePoints().forEach(c -> {
      if (c >= 0x20 && c < 0x7f) {
        plain.appendCodePoint(c);
      } else {
        plain.append(String.format("\\u{%x}", c));
      }
    });
    return plain.toString();
  }
}
