@NullMarked
package dev.millrace.site.config;

import org.jspecify.annotations.NullMarked;
