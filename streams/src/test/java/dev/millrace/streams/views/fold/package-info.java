/// Tests.
@NullMarked
package dev.millrace.streams.views.fold;

import org.jspecify.annotations.NullMarked;
