/// Tests.
@NullMarked
package dev.millrace.streams.views;

import org.jspecify.annotations.NullMarked;
