package dev.authpipe.quickstart.flow;

/**
 * The control plane as a member of the workspace sees it.
 *
 * @param member    signed in
 * @param workspace {@code wks_…}
 */
public record ControlView(Member member, String workspace) {
  /** The path of something in the workspace. */
  String path(String rest) {
    return "/api/v1/workspaces/" + workspace + "/" + rest;
  }
}
