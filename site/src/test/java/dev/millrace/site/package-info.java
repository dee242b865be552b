/// Tests of the whole: boundaries between modules, and one real site driven over HTTP.
@NullMarked
package dev.millrace.site;

import org.jspecify.annotations.NullMarked;
