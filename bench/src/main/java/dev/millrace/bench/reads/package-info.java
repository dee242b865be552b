/// How fast views are read through a gateway, beside a bare route of Vert.x.
@NullMarked
package dev.millrace.bench.reads;

import org.jspecify.annotations.NullMarked;
