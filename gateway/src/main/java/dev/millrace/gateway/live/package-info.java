/// Streams events to clients as they come: Server-Sent Events that can be taken up again anywhere.
@NullMarked
package dev.millrace.gateway.live;

import org.jspecify.annotations.NullMarked;
