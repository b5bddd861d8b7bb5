package dev.authpipe.proxy.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.proxy.egress.LinkJson;
import dev.authpipe.wire.Documents;
import dev.authpipe.wire.Feed;

/** One object of the feed as a map of its members, which is what proposals are about. Never holds a secret. */
final class FeedObject {
  /** What an object that is not there has. */
  static final String WHOLE = "";

  private final String id;
  private final Map<String, Object> members;

  private FeedObject(String id, Map<String, Object> members) {
    this.id = id;
    this.members = members;
  }

  /** A workspace without its objects. */
  static FeedObject of(Feed.Workspace workspace) {
    Map<String, Object> tree = Documents.write(workspace);
    tree.keySet().removeAll(List.of("integrations", "api_keys", "api_key_requests", "webhook_endpoints"));
    return of(tree);
  }

  static FeedObject of(Record object) {
    return of(Documents.write(object));
  }

  private static FeedObject of(Map<String, Object> tree) {
    Map<String, Object> members = new LinkedHashMap<>(tree);
    return new FeedObject(Objects.toString(members.remove("id")), members);
  }

  /** The object that a proposal would make. */
  static FeedObject whole(String id, Proposal proposal) {
    if (!proposal.member().equals(WHOLE) || !(proposal.wanted() instanceof Map<?, ?> wanted)) {
      throw new ConfigurationException("what the change " + proposal.id() + " is about is not there");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    wanted.forEach((name, value) -> members.put(name.toString(), value));
    return new FeedObject(id, members);
  }

  /** This object with what a proposal wants, if it is still what the proposal started from. */
  FeedObject approved(Proposal proposal) {
    Object before = get(proposal.member());
    String now = before == null ? null : LinkJson.text(before);
    if (proposal.member().equals(WHOLE) || !Objects.equals(now, proposal.before())) {
      throw new ConfigurationException(
          "what the change " + proposal.id() + " is about has changed since; look at the list again");
    }
    return with(proposal.member(), proposal.wanted());
  }

  String id() {
    return id;
  }

  Map<String, Object> members() {
    return members;
  }

  @Nullable
  Object get(String member) {
    return members.get(member);
  }

  /** This object with another value of a member; null takes it away. */
  FeedObject with(String member, @Nullable Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(members);
    if (value == null) {
      changed.remove(member);
    } else {
      changed.put(member, value);
    }
    return new FeedObject(id, changed);
  }

  /** The record that this object stands for. */
  <T extends Record> T as(Class<T> type) {
    Map<String, Object> tree = new LinkedHashMap<>(members);
    tree.put("id", id);
    return Documents.read(type, tree);
  }

  /** The workspace of these objects. */
  static Feed.Workspace workspace(FeedObject workspace, List<Feed.Integration> integrations, List<Feed.ApiKey> keys,
      List<Feed.ApiKeyRequest> requests, List<Feed.Webhook> webhooks) {
    List<Map<String, Object>> endpoints = webhooks.stream().map(Documents::write).toList();
    return workspace.with("webhook_endpoints", endpoints.isEmpty() ? null : endpoints)
        .with("integrations", integrations.stream().map(Documents::write).toList())
        .with("api_keys", keys.stream().map(Documents::write).toList())
        .with("api_key_requests", requests.stream().map(Documents::write).toList()).as(Feed.Workspace.class);
  }
}
