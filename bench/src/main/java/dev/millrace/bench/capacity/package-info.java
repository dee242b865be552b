/// What many tasks that stay open cost a site.
@NullMarked
package dev.millrace.bench.capacity;

import org.jspecify.annotations.NullMarked;
