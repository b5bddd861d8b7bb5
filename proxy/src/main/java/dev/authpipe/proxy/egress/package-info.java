/**
 * The way out for any address that a tenant, caller or provider influences: address policy, deadlines, limits, TLS. Never reaches a forbidden address.
 */
@NullMarked
package dev.authpipe.proxy.egress;

import org.jspecify.annotations.NullMarked;
