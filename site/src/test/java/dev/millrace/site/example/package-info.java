/// The worker of `docs/java-workers.md`.
@NullMarked
package dev.millrace.site.example;

import org.jspecify.annotations.NullMarked;
