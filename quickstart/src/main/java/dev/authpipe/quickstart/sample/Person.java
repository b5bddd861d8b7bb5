package dev.authpipe.quickstart.sample;

import java.util.List;
import java.util.Optional;

import dev.authpipe.sdk.value.EndUserId;

/**
 * Somebody who uses the sample application. Both are pretend, so signing in asks for no password.
 *
 * @param id the application's own id of this person
 * @param name what to call them
 */
record Person(EndUserId id, String name) {

  static final List<Person> EVERYBODY = List.of(
      new Person(new EndUserId("user_ada"), "Ada Okafor"), new Person(new EndUserId("user_bruno"), "Bruno Lind"));

  static Optional<Person> named(String id) {
    return EVERYBODY.stream().filter(each -> each.id().value().equals(id)).findFirst();
  }
}
