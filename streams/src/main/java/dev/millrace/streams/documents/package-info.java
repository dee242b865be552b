/// Takes documents in: from the task that brings one, over its chunks, to the report that all of it
/// can be found.
@NullMarked
package dev.millrace.streams.documents;

import org.jspecify.annotations.NullMarked;
