/// The subcommand `millrace bench`.
@NullMarked
package dev.millrace.bench.cli;

import org.jspecify.annotations.NullMarked;
