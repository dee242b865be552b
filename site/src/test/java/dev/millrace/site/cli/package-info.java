/// Tests of the command line's own parts.
@NullMarked
package dev.millrace.site.cli;

import org.jspecify.annotations.NullMarked;
