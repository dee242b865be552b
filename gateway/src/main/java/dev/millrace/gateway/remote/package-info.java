/// The ports that other processes of the site answer, asked over HTTP.
@NullMarked
package dev.millrace.gateway.remote;

import org.jspecify.annotations.NullMarked;
