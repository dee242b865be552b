/// The signed history over HTTP.
@NullMarked
package dev.millrace.gateway.audit;

import org.jspecify.annotations.NullMarked;
