/// The command line: starts a site, and speaks to one over its HTTP API.
@NullMarked
package dev.millrace.site.cli;

import org.jspecify.annotations.NullMarked;
