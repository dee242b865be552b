/// Tests of how documents are taken in.
@NullMarked
package dev.millrace.streams.documents;

import org.jspecify.annotations.NullMarked;
