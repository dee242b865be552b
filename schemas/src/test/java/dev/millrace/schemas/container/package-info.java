@NullMarked
package dev.millrace.schemas.container;

import org.jspecify.annotations.NullMarked;
