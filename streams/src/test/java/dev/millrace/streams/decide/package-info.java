/// Tests.
@NullMarked
package dev.millrace.streams.decide;

import org.jspecify.annotations.NullMarked;
