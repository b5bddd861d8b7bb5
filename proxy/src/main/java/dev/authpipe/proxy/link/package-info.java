/**
 * Speaks with the control plane, which it never trusts. Never takes part in token reads, proxied calls or refresh.
 */
@NullMarked
package dev.authpipe.proxy.link;

import org.jspecify.annotations.NullMarked;
