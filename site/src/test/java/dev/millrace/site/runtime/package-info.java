@NullMarked
package dev.millrace.site.runtime;

import org.jspecify.annotations.NullMarked;
