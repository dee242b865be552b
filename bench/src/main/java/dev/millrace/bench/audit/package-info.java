/// What signing a site's history costs: how fast its trees grow beside a consumer that only reads,
/// what producers notice, how fast proofs are made, and what a record takes on the disk.
@NullMarked
package dev.millrace.bench.audit;

import org.jspecify.annotations.NullMarked;
