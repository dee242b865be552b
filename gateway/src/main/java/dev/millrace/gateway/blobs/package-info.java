/// Contents too large for the log, for those who work on them.
@NullMarked
package dev.millrace.gateway.blobs;

import org.jspecify.annotations.NullMarked;
