/// Tests of reading the log back.
@NullMarked
package dev.millrace.streams.log;

import org.jspecify.annotations.NullMarked;
