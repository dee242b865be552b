/// Who may call what: tokens, roles, and the Host and Origin headers.
@NullMarked
package dev.millrace.gateway.access;

import org.jspecify.annotations.NullMarked;
