/// Signed notes and the Ed25519 keys of a site and its witnesses, as C2SP has them.
@NullMarked
package dev.millrace.domain.audit.note;

import org.jspecify.annotations.NullMarked;
