package dev.authpipe.quickstart.chromium;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.JsonNode;

/** One person's browser: what another one keeps is not in it. */
public final class Profile implements AutoCloseable {
  private final DevTools devTools;
  private final String context;
  private final List<Tab> tabs = new ArrayList<>();

  Profile(DevTools devTools, String context) {
    this.devTools = devTools;
    this.context = context;
  }

  /** A new, empty tab. */
  public Tab tab() {
    String target = devTools
        .call(null, "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context)).path("targetId").asText();
    return attached(target);
  }

  /** A window or embedded frame that a page opened, once its address is like that; empty when none is within that time. */
  public Optional<Tab> opened(Predicate<String> address, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    do {
      for (JsonNode target : devTools.call(null, "Target.getTargets", Map.of()).path("targetInfos")) {
        if (target.path("browserContextId").asText().equals(context) && !isKnown(target.path("targetId").asText())
            && address.test(target.path("url").asText())) {
          return Optional.of(attached(target.path("targetId").asText()));
        }
      }
      Pause.brief();
    } while (System.nanoTime() < until);
    return Optional.empty();
  }

  private boolean isKnown(String target) {
    return tabs.stream().anyMatch(tab -> tab.target().equals(target));
  }

  private Tab attached(String target) {
    String session = devTools.call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
        .path("sessionId").asText();
    Tab tab = new Tab(devTools, target, session);
    tabs.add(tab);
    return tab;
  }

  /** The value of a cookie, whatever pages may see of it; empty when there is none of that name. */
  public Optional<String> cookie(String name) {
    for (JsonNode cookie : devTools.call(null, "Storage.getCookies", Map.of("browserContextId", context)).path("cookies")) {
      if (cookie.path("name").asText().equals(name)) {
        return Optional.of(cookie.path("value").asText());
      }
    }
    return Optional.empty();
  }

  /** Names of all cookies. */
  public List<String> cookieNames() {
    List<String> names = new ArrayList<>();
    devTools.call(null, "Storage.getCookies", Map.of("browserContextId", context)).path("cookies")
        .forEach(cookie -> names.add(cookie.path("name").asText()));
    return names;
  }

  /** Closes every tab but this one, those too that pages opened. */
  public void closeAllBut(Tab kept) {
    for (JsonNode target : devTools.call(null, "Target.getTargets", Map.of()).path("targetInfos")) {
      if (target.path("browserContextId").asText().equals(context) && target.path("type").asText().equals("page")
          && !target.path("targetId").asText().equals(kept.target())) {
        devTools.send(null, "Target.closeTarget", Map.of("targetId", target.path("targetId").asText()));
      }
    }
    tabs.stream().filter(tab -> !tab.equals(kept)).forEach(Tab::forget);
    tabs.removeIf(tab -> !tab.equals(kept));
  }

  /** Closes all of it. */
  @Override
  public void close() {
    tabs.forEach(Tab::forget);
    devTools.call(null, "Target.disposeBrowserContext", Map.of("browserContextId", context));
  }
}
