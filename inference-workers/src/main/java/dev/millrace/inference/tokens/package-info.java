/// The `static-minilm` model: the table of its tokens' vectors, and the tokens of a text.
@NullMarked
package dev.millrace.inference.tokens;

import org.jspecify.annotations.NullMarked;
