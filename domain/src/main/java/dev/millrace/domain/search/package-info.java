/// The ports of the search index and of the model that embeds its queries.
@NullMarked
package dev.millrace.domain.search;

import org.jspecify.annotations.NullMarked;
