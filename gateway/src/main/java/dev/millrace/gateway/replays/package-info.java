/// Replays of the log over HTTP.
@NullMarked
package dev.millrace.gateway.replays;

import org.jspecify.annotations.NullMarked;
