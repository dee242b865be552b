/// How fast a gateway sends the events of the log to very many clients at once.
@NullMarked
package dev.millrace.bench.streams;

import org.jspecify.annotations.NullMarked;
