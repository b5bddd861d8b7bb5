/**
 * Real doubles for tests and the demo: a scripted authorization server, a provider's API, a clock, PostgreSQL. Never part of a deployment.
 */
@NullMarked
package dev.authpipe.testkit;

import org.jspecify.annotations.NullMarked;
