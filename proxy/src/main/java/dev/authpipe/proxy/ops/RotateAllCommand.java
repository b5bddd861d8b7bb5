package dev.authpipe.proxy.ops;

import picocli.CommandLine.Command;

import dev.authpipe.proxy.incident.IncidentKind;

/** {@code authpipe rotate-all}: refreshes every connection of a workspace and revokes the old access tokens. */
@Command(name = "rotate-all", description = {
    "Refresh every connection of a workspace, and revoke its old access token where the provider can.",
    "Running replicas do it; stopped or cut off, it goes on."})
final class RotateAllCommand extends IncidentRun {
  RotateAllCommand(Console console) {
    super(console, IncidentKind.ROTATE_ALL);
  }
}
