/// Tests of how the search index is served.
@NullMarked
package dev.millrace.search.http;

import org.jspecify.annotations.NullMarked;
