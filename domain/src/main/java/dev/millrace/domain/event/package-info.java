/// The envelope that every record carries, and the identities in it.
@NullMarked
package dev.millrace.domain.event;

import org.jspecify.annotations.NullMarked;
