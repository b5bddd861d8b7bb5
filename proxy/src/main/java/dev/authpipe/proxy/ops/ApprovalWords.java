package dev.authpipe.proxy.ops;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.catalog.Approvals;
import dev.authpipe.proxy.catalog.Proposal;
import dev.authpipe.proxy.link.Commands;

/** Says in plain words what waits. Values stand as JSON, so that no text of a control plane can pass for ours. */
final class ApprovalWords {
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
      return where + "add " + shown(change.after());
    }
    return where + change.member() + " from " + shown(change.before()) + " to " + shown(change.after());
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

  private static String shown(@Nullable String json) {
    return json == null ? "nothing" : plain(json);
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
