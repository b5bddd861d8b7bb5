package com.example.tasks;

import io.micronaut.runtime.Micronaut;

/** Shows one person's issues at a provider. Never more than an example: whom it shows stands in its settings instead of a login session. */
public final class Application {
  private Application() {}

  /**
   * Starts it.
   *
   * @param arguments settings
   */
  public static void main(String[] arguments) {
    Micronaut.run(Application.class, arguments);
  }
}
