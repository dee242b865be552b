/// Tests of streams of events, some over a log in memory that is read in every order there may be.
@NullMarked
package dev.millrace.gateway.live;

import org.jspecify.annotations.NullMarked;
