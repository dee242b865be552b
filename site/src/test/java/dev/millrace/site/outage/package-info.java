/// The broker, the registry and the rest of a site in processes of their own, so that one can be
/// taken from the others.
@NullMarked
package dev.millrace.site.outage;

import org.jspecify.annotations.NullMarked;
