/**
 * Anomalies and incidents.
 */
@NullMarked
package dev.authpipe.control.alert;

import org.jspecify.annotations.NullMarked;
