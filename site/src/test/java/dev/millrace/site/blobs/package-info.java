@NullMarked
package dev.millrace.site.blobs;

import org.jspecify.annotations.NullMarked;
