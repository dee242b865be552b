/// The HTTP API of a site: commands in; views, history and searches out.
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
