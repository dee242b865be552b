/// Workers in any language: they claim work over HTTP, and report what came of it.
@NullMarked
package dev.millrace.gateway.work;

import org.jspecify.annotations.NullMarked;
