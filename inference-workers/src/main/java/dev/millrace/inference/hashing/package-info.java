/// The `hashed-ngrams` model: what of a text it looks at, and the tables it is made of. Pure Java.
@NullMarked
package dev.millrace.inference.hashing;

import org.jspecify.annotations.NullMarked;
