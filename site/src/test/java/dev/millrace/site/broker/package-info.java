@NullMarked
package dev.millrace.site.broker;

import org.jspecify.annotations.NullMarked;
