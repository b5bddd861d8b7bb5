/**
 * The audit log as its reader sees it. What it says is verified offline, from an export and a checkpoint; nothing here verifies.
 */
@NullMarked
package dev.authpipe.sdk.audit;

import org.jspecify.annotations.NullMarked;
