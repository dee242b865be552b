/// What every topology needs to run: threads that are replaced when they die, applied offsets,
/// bounded memory, dead letters.
@NullMarked
package dev.millrace.streams.runtime;

import org.jspecify.annotations.NullMarked;
