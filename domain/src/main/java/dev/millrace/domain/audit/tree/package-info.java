/// Append-only Merkle trees (RFC 6962) kept in tiles, and the proofs that they give.
@NullMarked
package dev.millrace.domain.audit.tree;

import org.jspecify.annotations.NullMarked;
