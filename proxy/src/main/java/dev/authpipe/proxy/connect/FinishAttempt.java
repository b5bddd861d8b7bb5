package dev.authpipe.proxy.connect;

import dev.authpipe.proxy.caller.Caller;
import dev.authpipe.proxy.secret.SecretText;
import dev.authpipe.wire.ConnectSessionId;

/** One checked request to finish, with its keyed hash, by which a repetition is recognised. Never kept. */
@SuppressWarnings("ArrayRecordComponent") // a row is never compared as a whole
record FinishAttempt(Caller caller, ConnectSessionId session, SecretText finishCode, SecretText codeVerifier,
    String endUserIdentifier,
    byte[] hash, String requestId) {}
