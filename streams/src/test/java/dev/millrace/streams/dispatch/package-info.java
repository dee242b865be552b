/// Tests of how work is handed out.
@NullMarked
package dev.millrace.streams.dispatch;

import org.jspecify.annotations.NullMarked;
