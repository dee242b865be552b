/// The topic catalogue, and what follows from it: how topics are made, and where a record goes.
@NullMarked
package dev.millrace.schemas.topic;

import org.jspecify.annotations.NullMarked;
