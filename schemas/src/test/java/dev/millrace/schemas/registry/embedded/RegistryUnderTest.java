package dev.millrace.schemas.registry.embedded;

import java.net.URI;
import java.util.Set;

/// A running registry, of whichever make.
interface RegistryUnderTest extends AutoCloseable {

    /// The base of its REST API; another one after a restart.
    URI uri();

    /// Stops it and starts it again on what it kept.
    void restart() throws Exception;

    /// What is known to be different about it.
    Set<Difference> differences();

    @Override
    void close();
}
