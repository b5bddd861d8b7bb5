/** A Micronaut application whose client calls a provider through the proxy. */
@NullMarked
package com.example.tasks;

import org.jspecify.annotations.NullMarked;
