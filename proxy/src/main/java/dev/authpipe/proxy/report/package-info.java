/**
 * The durable outbox of metadata owed to the control plane. Never a secret, an end user or an account.
 */
@NullMarked
package dev.authpipe.proxy.report;

import org.jspecify.annotations.NullMarked;
