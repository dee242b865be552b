/// Tests of access control.
@NullMarked
package dev.millrace.gateway.access;

import org.jspecify.annotations.NullMarked;
