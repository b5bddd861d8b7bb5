/**
 * KEKs in Google Cloud KMS.
 */
@NullMarked
package dev.authpipe.proxy.envelope.google;

import org.jspecify.annotations.NullMarked;
