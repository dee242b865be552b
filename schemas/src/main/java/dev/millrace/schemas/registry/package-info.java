/// The Schema Registry: a client of one, and the small one that a site carries itself.
@NullMarked
package dev.millrace.schemas.registry;

import org.jspecify.annotations.NullMarked;
