/// Who this site is: its key, its peer id, its incarnation, and the token of its own machine.
@NullMarked
package dev.millrace.site.identity;

import org.jspecify.annotations.NullMarked;
