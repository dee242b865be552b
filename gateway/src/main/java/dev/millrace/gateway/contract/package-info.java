/// The OpenAPI contract, and the requests that are held against it.
@NullMarked
package dev.millrace.gateway.contract;

import org.jspecify.annotations.NullMarked;
