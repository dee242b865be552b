/// Tasks from their submission to their result, beside another engine's and the bare log's.
@NullMarked
package dev.millrace.bench.tasks;

import org.jspecify.annotations.NullMarked;
