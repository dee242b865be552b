/// Tests of the registry and its client.
@NullMarked
package dev.millrace.schemas.registry;

import org.jspecify.annotations.NullMarked;
