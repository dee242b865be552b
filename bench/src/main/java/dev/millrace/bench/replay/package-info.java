/// How fast views are made again from the log, beside a consumer that only reads it.
@NullMarked
package dev.millrace.bench.replay;

import org.jspecify.annotations.NullMarked;
