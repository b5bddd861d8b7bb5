package dev.authpipe.tlog;

/**
 * Which log: a store and a workspace, or the store itself. Never says whether that log exists.
 *
 * @param store     {@code vault}, {@code client_secrets} or {@code control}
 * @param workspace {@code wks_…}; {@link #NOBODY} is the store itself
 */
public record LogName(String store, String workspace) {
  /** The workspace id that stands for the store itself. */
  public static final String NOBODY = "wks_00000000000000000000000000";

  /** The name of the key that signs the deployment's logs: the beginning of their origins. */
  public static String keyName(String deployment) {
    return "authpipe/" + deployment;
  }

  /** The first line of the log's checkpoints. */
  public String origin(String deployment) {
    String log = workspace.equals(NOBODY) ? store : store.equals("vault") ? workspace : store + "/" + workspace;
    return keyName(deployment) + "/" + log;
  }
}
