/// What the gateway says of itself.
@NullMarked
package dev.millrace.gateway.status;

import org.jspecify.annotations.NullMarked;
