/// Every setting of a site: declared once, read once, all faults told at once.
@NullMarked
package dev.millrace.site.config;

import org.jspecify.annotations.NullMarked;
