/// The log itself out.
@NullMarked
package dev.millrace.gateway.events;

import org.jspecify.annotations.NullMarked;
