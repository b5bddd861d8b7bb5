package dev.authpipe.testkit.browser;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** A form of a page with the values it has now. Buttons are not among its fields: add the one that is pressed. */
public record Form(String method, URI action, Map<String, String> fields) {

  public Form {
    fields = Map.copyOf(new LinkedHashMap<>(fields));
  }

  /** The same form with one field filled in or one button pressed. */
  public Form with(String name, String value) {
    var changed = new LinkedHashMap<>(fields);
    changed.put(name, value);
    return new Form(method, action, changed);
  }

  @Override
  public String toString() {
    return method + " " + action.getRawPath() + " " + fields.keySet();
  }
}
