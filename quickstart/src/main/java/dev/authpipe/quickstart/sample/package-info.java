/**
 * Tasklight, a sample application: a small task list that imports issues through the proxy with {@code sdk-java}.
 *
 * <p>It shows how an application connects its end users' accounts. It never sees a credential, and whose connection is made
 * comes from its own login session alone.
 */
@NullMarked
package dev.authpipe.quickstart.sample;

import org.jspecify.annotations.NullMarked;
