package dev.authpipe.control.integration;

import jakarta.inject.Singleton;

import dev.authpipe.control.db.Tx;
import dev.authpipe.control.http.ErrorCode;
import dev.authpipe.control.http.ProblemException;
import dev.authpipe.control.policy.Policies;
import dev.authpipe.control.provider.Provider;
import dev.authpipe.control.provider.Providers;
import dev.authpipe.control.workspace.Workspace;
import dev.authpipe.control.workspace.Workspaces;

/** Collects what a person needs to finish an integration. Never changes anything. */
@Singleton
final class Setups {
  private final Providers providers;
  private final Policies policies;
  private final Workspaces workspaces;

  Setups(Providers providers, Policies policies, Workspaces workspaces) {
    this.providers = providers;
    this.policies = policies;
    this.workspaces = workspaces;
  }

  Setup of(Tx tx, Integration integration) {
    Provider provider = providers.find(integration.wanted().provider()).orElseThrow(
        () -> new ProblemException(ErrorCode.CONFLICT, "This version of the control plane no longer knows the provider."));
    String workspace = workspaces.find(tx).map(Workspace::name).orElseThrow();
    return Setup.of(integration, provider, workspace, policies.find(tx).connectOrigin());
  }
}
