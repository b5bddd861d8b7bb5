package dev.authpipe.proxy.catalog;

/**
 * Prepares something that must be in place before a configuration comes into force, such as sealing client secrets. May be called again
 * with the same candidate; must not assume that it comes into force.
 */
public interface ConfigurationParticipant {
  /**
   * Prepares for a candidate.
   *
   * @throws ConfigurationException if it must not come into force
   */
  void prepare(ConfigurationCandidate candidate);
}
