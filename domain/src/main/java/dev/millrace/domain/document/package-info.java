/// Documents taken in, the chunks they are cut into, and the vectors made of them.
@NullMarked
package dev.millrace.domain.document;

import org.jspecify.annotations.NullMarked;
