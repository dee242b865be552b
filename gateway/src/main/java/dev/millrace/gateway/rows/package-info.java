/// Rows of views over HTTP: what a request may ask of them, and how they are answered.
@NullMarked
package dev.millrace.gateway.rows;

import org.jspecify.annotations.NullMarked;
