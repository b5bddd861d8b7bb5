package dev.authpipe.proxy.connect;

import java.net.URI;

/** A connect session as the application's back end knows it: what it keeps in its user's login session, and what the proxy answered. */
record StartedSession(String id, String token, URI connectUrl, String verifier, String endUser) {}
