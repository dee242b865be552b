/// What a process tells those who watch it, and the site's other processes.
@NullMarked
package dev.millrace.site.management;

import org.jspecify.annotations.NullMarked;
