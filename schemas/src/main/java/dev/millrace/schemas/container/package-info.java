/// Events in Avro container files, which any Avro library reads.
@NullMarked
package dev.millrace.schemas.container;

import org.jspecify.annotations.NullMarked;
