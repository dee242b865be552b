/// Translates between the domain and its Avro records; the only code that knows both.
@NullMarked
package dev.millrace.schemas.codec;

import org.jspecify.annotations.NullMarked;
