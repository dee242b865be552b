/// Folds the audited topics into Merkle trees, signs checkpoints of them, and makes bundles of
/// evidence.
@NullMarked
package dev.millrace.streams.audit;

import org.jspecify.annotations.NullMarked;
