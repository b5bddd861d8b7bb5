package dev.authpipe.quickstart.attack;

/** Is told of every attack as it goes. */
public interface AttackReport {
  /** An attack begins. */
  void begins(Attack attack);

  /** It has ended. */
  void ended(Finding finding);

  /** Connections that were made for the attacks could not be disconnected again. */
  void leaves(int connections);
}
