package dev.millrace.bench.site;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/// Draws where another JVM's CPU time goes, as a flame graph, with async-profiler.
public final class Profiler {

    /* By the threads' own CPU timers: needs no privilege. Frames of under a five-hundredth of the
    whole are left out, which keeps the picture small. */
    private static final String START = "start,event=ctimer,interval=5ms,threads";

    private Profiler() {}

    /// Begins to look.
    public static void start(long pid) throws IOException {
        command(pid, START);
    }

    /// Ends, and writes the picture.
    ///
    /// @param file HTML, or if its name ends so, collapsed stacks as text
    public static void stop(long pid, Path file, String title) throws IOException {
        command(
                pid,
                "stop,file=%s,flamegraph,title=%s,minwidth=0.2,simple"
                        .formatted(file.toAbsolutePath(), title.replace(',', ' ')));
    }

    private static void command(long pid, String options) throws IOException {
        try {
            var agent =
                    Path.of(
                            one.profiler.AsyncProfiler.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            var machine = VirtualMachine.attach(Long.toString(pid));
            try {
                machine.loadAgent(agent.toString(), options);
            } finally {
                machine.detach();
            }
        } catch (AgentLoadException
                | AgentInitializationException
                | AttachNotSupportedException
                | URISyntaxException failed) {
            throw new IOException("cannot profile process " + pid, failed);
        }
    }
}
