/// Drives a real gateway over HTTP.
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
