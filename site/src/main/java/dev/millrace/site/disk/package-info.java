/// Watches the room on the site's disk, and stops what writes before there is none.
@NullMarked
package dev.millrace.site.disk;

import org.jspecify.annotations.NullMarked;
