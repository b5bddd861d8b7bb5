package dev.authpipe.sdk.value;

/**
 * The id of a workspace, the boundary that no API key reaches across.
 *
 * @param value a TypeID that starts with {@code wks_}
 */
public record WorkspaceId(String value) {

  /** Checks length and characters. */
  public WorkspaceId {
    Words.requireTypeId(value, "wks_");
  }

  @Override
  public String toString() {
    return value;
  }
}
