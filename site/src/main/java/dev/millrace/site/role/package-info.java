/// What the processes of a site do for it.
@NullMarked
package dev.millrace.site.role;

import org.jspecify.annotations.NullMarked;
