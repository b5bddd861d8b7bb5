package dev.authpipe.proxy.catalog;

import java.util.Set;

/**
 * What the deployment's settings say that the configuration of workspaces needs.
 *
 * @param usualKek    the KEK of workspaces that name none
 * @param keks        all defined KEKs
 * @param development whether secret files that everybody may read are tolerated
 */
public record CatalogSettings(String usualKek, Set<String> keks, boolean development) {
  /** Copies the set. */
  public CatalogSettings {
    keks = Set.copyOf(keks);
  }
}
