package dev.authpipe.quickstart.sample;

import dev.authpipe.sdk.value.ConnectionId;

/**
 * One line of somebody's task list.
 *
 * @param source the connection it was imported through
 * @param key the id at the provider
 * @param title what is to be done
 * @param done whether the provider says it is done
 */
record Task(ConnectionId source, String key, String title, boolean done) {}
