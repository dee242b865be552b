@NullMarked
package dev.millrace.site.identity;

import org.jspecify.annotations.NullMarked;
