/// Where Avro schemas are registered and found.
@NullMarked
package dev.millrace.schemas.registry;

import org.jspecify.annotations.NullMarked;
