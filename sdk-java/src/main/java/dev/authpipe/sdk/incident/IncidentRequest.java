package dev.authpipe.sdk.incident;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.authpipe.sdk.value.IntegrationName;
import dev.authpipe.sdk.value.WorkspaceId;

/**
 * What an incident is asked to reach. It cannot be undone, so it names the workspace twice.
 *
 * @param workspace   the workspace of the API key
 * @param confirm     its name, as a person would type it
 * @param integration only the connections of this integration; null: all of the workspace
 */
public record IncidentRequest(WorkspaceId workspace, String confirm, @Nullable IntegrationName integration) {

  /** Checks that nothing required is missing. */
  public IncidentRequest {
    Objects.requireNonNull(workspace, "workspace");
    Objects.requireNonNull(confirm, "confirm");
  }

  /**
   * Every connection of a workspace.
   *
   * @param workspace the workspace of the API key
   * @param confirm   its name
   * @return the request
   */
  public static IncidentRequest of(WorkspaceId workspace, String confirm) {
    return new IncidentRequest(workspace, confirm, null);
  }

  /**
   * The same for one integration alone.
   *
   * @param only its slug or id
   * @return a new request
   */
  public IncidentRequest withIntegration(IntegrationName only) {
    return new IncidentRequest(workspace, confirm, only);
  }
}
