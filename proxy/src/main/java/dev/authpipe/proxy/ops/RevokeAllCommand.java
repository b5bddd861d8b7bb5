package dev.authpipe.proxy.ops;

import picocli.CommandLine.Command;

import dev.authpipe.proxy.incident.IncidentKind;

/** {@code authpipe revoke-all}: disconnects and revokes every connection of a workspace. Never without its name being typed. */
@Command(name = "revoke-all", description = {"Disconnect and revoke every connection of a workspace.",
    "Running replicas do it; stopped or cut off, it goes on."})
final class RevokeAllCommand extends IncidentRun {
  RevokeAllCommand(Console console) {
    super(console, IncidentKind.REVOKE_ALL);
  }
}
