/// Copies of a one-machine site in one file, and sites made from them.
@NullMarked
package dev.millrace.site.backup;

import org.jspecify.annotations.NullMarked;
