/// Files that survive a crash: durable writes, and a store of them addressed by content.
@NullMarked
package dev.millrace.site.blobs;

import org.jspecify.annotations.NullMarked;
