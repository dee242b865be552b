/// A site in a process of its own, and what it is told and asked.
@NullMarked
package dev.millrace.bench.site;

import org.jspecify.annotations.NullMarked;
