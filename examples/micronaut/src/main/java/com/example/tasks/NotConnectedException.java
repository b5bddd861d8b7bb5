package com.example.tasks;

/** The person has no account connected that can be used, so that there is nothing to call the provider with. */
final class NotConnectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
