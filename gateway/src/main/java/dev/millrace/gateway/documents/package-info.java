/// Documents in.
@NullMarked
package dev.millrace.gateway.documents;

import org.jspecify.annotations.NullMarked;
