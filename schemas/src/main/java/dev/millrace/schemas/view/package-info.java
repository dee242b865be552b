/// The generations of the views, as they are read from and written to their topic.
@NullMarked
package dev.millrace.schemas.view;

import org.jspecify.annotations.NullMarked;
