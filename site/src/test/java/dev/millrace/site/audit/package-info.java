/// The audit of a site from outside: what its log, its index and its views hold, against what it
/// accepted.
@NullMarked
package dev.millrace.site.audit;

import org.jspecify.annotations.NullMarked;
