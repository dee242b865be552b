/// Tests of the embedded registry, the contract it shares with a real one among them.
@NullMarked
package dev.millrace.schemas.registry.embedded;

import org.jspecify.annotations.NullMarked;
