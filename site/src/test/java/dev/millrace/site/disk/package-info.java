@NullMarked
package dev.millrace.site.disk;

import org.jspecify.annotations.NullMarked;
