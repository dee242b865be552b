/// Holds the contract against its rules, and answers against the contract.
@NullMarked
package dev.millrace.gateway.contract;

import org.jspecify.annotations.NullMarked;
