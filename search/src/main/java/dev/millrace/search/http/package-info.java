/// The search index, served to other processes of the site.
@NullMarked
package dev.millrace.search.http;

import org.jspecify.annotations.NullMarked;
