/** The sandbox provider: a scripted OAuth 2.0 authorization server with the API that its access tokens open. */
@NullMarked
package dev.authpipe.testkit.sandbox;

import org.jspecify.annotations.NullMarked;
