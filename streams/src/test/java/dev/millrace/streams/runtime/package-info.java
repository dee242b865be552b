/// Tests.
@NullMarked
package dev.millrace.streams.runtime;

import org.jspecify.annotations.NullMarked;
