/// A Schema Registry inside the site: Confluent's REST API over a log in the topic `_schemas`.
@NullMarked
package dev.millrace.schemas.registry.embedded;

import org.jspecify.annotations.NullMarked;
