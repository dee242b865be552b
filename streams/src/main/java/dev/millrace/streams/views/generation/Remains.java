package dev.millrace.streams.views.generation;

import java.io.IOException;
import java.util.Set;

/// What generations leave behind: a group, changelogs, and a folder. Calls block.
interface Remains {

    /// The generations of this version that have something, those that run included.
    ///
    /// @throws IOException if it cannot be found out just now
    Set<Integer> find() throws IOException, InterruptedException;

    /// Deletes all that a generation has.
    ///
    /// @throws IOException if something is left, because an instance still runs it for example
    void delete(int generation) throws IOException, InterruptedException;
}
