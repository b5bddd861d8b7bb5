package dev.authpipe.control.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which permission a route needs. A route without it is closed, and fails the build (S30). A route whose permission belongs to a
 * workspace must have the workspace's id in its path, as {@code {workspace_id}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Needs {
  /** The permission. */
  Permission value();

  /** How often it may be called. */
  CallLimit limit() default CallLimit.USUAL;
}
