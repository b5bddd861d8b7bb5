package dev.authpipe.proxy.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.authpipe.wire.Feed;
import dev.authpipe.wire.IntegrationId;
import dev.authpipe.wire.ShownName;

/**
 * Judges what end users would see of a document, before anybody is asked to approve it: what could be approved by mistake is passed over, and what
 * is in force stays in its place. Never touches anything else of the document, so that a bad picture holds back no narrowing.
 */
final class ShownValues {
  private final Catalog catalog;
  private final Set<String> refused = new TreeSet<>();

  private ShownValues(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * What comes of it.
   *
   * @param workspace without what was refused
   * @param refused   codes of docs/link-format.md
   */
  record Outcome(Feed.Workspace workspace, Set<String> refused) {}

  static Outcome of(Feed.Workspace wanted, Feed.@Nullable Workspace inForce, Catalog catalog) {
    ShownValues judge = new ShownValues(catalog);
    List<Feed.Integration> integrations = judge.integrations(wanted, inForce);
    Feed.Branding branding = judge.branding(wanted.branding(), inForce == null ? null : inForce.branding());
    return judge.refused.isEmpty()
        ? new Outcome(wanted, Set.of())
        : new Outcome(wanted.withShown(integrations, branding), Set.copyOf(judge.refused));
  }

  /** What was approved, without what today's rules refuse: nothing else of a workspace goes out of force for it. */
  static Feed.Workspace presentable(Feed.Workspace approved) {
    List<Feed.Integration> integrations = approved.integrations().stream()
        .map(one -> ShownName.misleads(one.applicationName()) ? one.withApplicationName(approved.name()) : one).toList();
    Feed.Branding branding = approved.branding();
    try {
      theme(branding);
    } catch (IllegalArgumentException wrong) {
      branding = null;
    }
    return approved.withShown(integrations, branding);
  }

  /**
   * The theme of a workspace's integrations.
   *
   * @throws IllegalArgumentException if it must not be shown
   */
  static Theme theme(Feed.@Nullable Branding branding) {
    if (branding == null) {
      return Theme.USUAL;
    }
    String accent = branding.accent();
    String logo = branding.logo();
    return ThemeRules.theme(accent == null ? null : ThemeRules.accent(accent), null,
        logo == null ? null : ThemeRules.logo(logo));
  }

  private List<Feed.Integration> integrations(Feed.Workspace wanted, Feed.@Nullable Workspace inForce) {
    Map<IntegrationId, String> present = inForce == null
        ? Map.of()
        : inForce.integrations().stream().collect(Collectors.toMap(Feed.Integration::id, Feed.Integration::applicationName));
    List<Feed.Integration> kept = new ArrayList<>();
    for (Feed.Integration one : wanted.integrations()) {
      String before = present.get(one.id());
      String name = one.applicationName();
      if (name.equals(before) || !(ShownName.misleads(name) || ApplicationNames.isProvider(name, catalog))) {
        kept.add(one);
      } else {
        refused.add("feed_name_misleading");
        if (before != null) {
          kept.add(one.withApplicationName(before));
        }
      }
    }
    return kept;
  }

  private Feed.@Nullable Branding branding(Feed.@Nullable Branding wanted, Feed.@Nullable Branding inForce) {
    if (wanted == null || wanted.equals(inForce)) {
      return wanted;
    }
    boolean seen = holds(wanted.accent(), "feed_colour_wrong", ThemeRules::accent);
    boolean drawn = holds(wanted.logo(), "feed_logo_wrong", ThemeRules::logo);
    return seen && drawn ? wanted : inForce;
  }

  private boolean holds(@Nullable String value, String code, Consumer<String> rule) {
    try {
      if (value != null) {
        rule.accept(value);
      }
      return true;
    } catch (IllegalArgumentException wrong) {
      refused.add(code);
      return false;
    }
  }
}
