package dev.authpipe.proxy.ops;

/**
 * The workspaces that the control plane of {@link HostileHour} describes, as an honest one would and otherwise.
 *
 * @param mainKeyId  of the application's key; empty: there is none yet
 * @param spareKeyId of the key that may be narrowed
 */
record HostileDocuments(String mainKeyId, String spareKeyId) {
  static final String OTHER = "wks_01js00000ke008000000000002";
  /** Every scope of the application's key, as a rule that takes nothing away. */
  static final String FULL = "\"scopes\":[\"connect\",\"connections:read\",\"connections:write\",\"tokens:read\",\"proxy\",\"refresh\","
      + "\"subjects:erase\",\"config:write\"],\"disabled\":";
  static final String SPARE = "int_01js00000ke008000000000002";
  private static final String OWN = "int_01js00000ke008000000000003";
  private static final String SPARE_REQUEST = "kreq_01js00000ke008000000000002";

  /** The document of an honest control plane. */
  String good() {
    return good(other("", ""));
  }

  /** The same with another second workspace, or none. */
  String good(String other) {
    String keys = mainKeyId.isEmpty()
        ? ""
        : LinkStage.key(mainKeyId, FULL + "false") + "," + LinkStage.key(spareKeyId, spareRule(false));
    String requests = LinkStage.request() + ",{\"id\":\"" + SPARE_REQUEST
        + "\",\"name\":\"spare\",\"scopes\":[\"connections:read\"]}";
    return "[" + LinkStage.workspace(LinkStage.integration("c") + "," + spare(), keys, requests)
        + (other.isEmpty() ? "" : "," + other) + "]";
  }

  /** The second workspace, with more integrations and rules than its own. */
  String other(String integrations, String keys) {
    String own = LinkStage.integration("c").replace(LinkStage.INTEGRATION, OWN).replace("\"slug\":\"sandbox\"",
        "\"slug\":\"own\"");
    return LinkStage.workspace(integrations.isEmpty() ? own : own + "," + integrations, keys, "")
        .replace(LinkStage.WORKSPACE, OTHER)
        .replace("\"acme\"", "\"umbrella\"");
  }

  /** The good document without what may be taken away. */
  String narrowed() {
    return good().replace(spare(), spare().replace("\"disabled\":false", "\"disabled\":true").replace("\"profile\",", ""))
        .replace(spareRule(false), spareRule(true));
  }

  private static String spare() {
    return LinkStage.integration("c").replace(LinkStage.INTEGRATION, SPARE).replace("\"slug\":\"sandbox\"", "\"slug\":\"spare\"");
  }

  private static String spareRule(boolean disabled) {
    return "\"scopes\":[\"connections:read\"],\"disabled\":" + disabled;
  }
}
