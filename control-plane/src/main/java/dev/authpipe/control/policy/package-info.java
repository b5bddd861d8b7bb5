/**
 * What holds for a whole workspace: rules, webhook endpoints, branding.
 */
@NullMarked
package dev.authpipe.control.policy;

import org.jspecify.annotations.NullMarked;
