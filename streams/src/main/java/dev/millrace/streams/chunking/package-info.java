/// Cuts documents into pieces to embed: along their structure, with overlap, and with offsets into
/// the source.
@NullMarked
package dev.millrace.streams.chunking;

import org.jspecify.annotations.NullMarked;
