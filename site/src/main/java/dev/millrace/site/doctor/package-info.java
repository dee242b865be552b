/// Looks at a machine and a site, and says what to do about what is not right.
@NullMarked
package dev.millrace.site.doctor;

import org.jspecify.annotations.NullMarked;
