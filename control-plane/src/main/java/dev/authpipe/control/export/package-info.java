/**
 * Configuration as JSON and Terraform; never a secret.
 */
@NullMarked
package dev.authpipe.control.export;

import org.jspecify.annotations.NullMarked;
