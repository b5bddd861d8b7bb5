/**
 * The durable outbox of metadata owed to the control plane. Never a secret.
 */
@NullMarked
package dev.authpipe.proxy.report;

import org.jspecify.annotations.NullMarked;
