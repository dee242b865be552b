/// Submissions alone: requests that are answered once they are in the log, beside an HTTP bridge to
/// Kafka and a bare producer.
@NullMarked
package dev.millrace.bench.submit;

import org.jspecify.annotations.NullMarked;
