@NullMarked
package dev.millrace.domain.audit.tree;

import org.jspecify.annotations.NullMarked;
