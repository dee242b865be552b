package dev.millrace.bench.site;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Draws where another JVM's CPU time goes, as a flame graph, with async-profiler.
public final class Profiler {

    /* By the threads' own CPU timers: needs no privilege. */
    private static final String START = "start,event=ctimer,interval=5ms,threads";

    private Profiler() {}

    /// Begins to look; once for each JVM.
    public static void start(long pid) throws IOException {
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
                machine.loadAgent(agent.toString(), START);
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

    /// Ends, and draws the flame graph.
    ///
    /// @param file gets an SVG
    public static void stop(long pid, Path file, String title) throws IOException {
        var stacks = Files.createTempFile("millrace-bench", ".collapsed");
        try {
            execute(pid, "stop,file=%s,collapsed".formatted(stacks));
            Files.writeString(file, FlameGraph.of(Files.readAllLines(stacks)).svg(title));
        } finally {
            Files.deleteIfExists(stacks);
        }
    }

    @SuppressWarnings("BanJNDI") // the address is that of a JVM of one's own
    private static void execute(long pid, String command) throws IOException {
        try {
            // Its agent starts once a JVM, and leaves a bean for all that is wanted afterwards.
            var machine = VirtualMachine.attach(Long.toString(pid));
            var address = new JMXServiceURL(machine.startLocalManagementAgent());
            machine.detach();
            try (var connector = JMXConnectorFactory.connect(address)) {
                var _ =
                        connector
                                .getMBeanServerConnection()
                                .invoke(
                                        new ObjectName("one.profiler:type=AsyncProfiler"),
                                        "execute",
                                        new Object[] {command},
                                        new String[] {String.class.getName()});
            }
        } catch (AttachNotSupportedException | JMException failed) {
            throw new IOException("cannot end the profile of process " + pid, failed);
        }
    }
}
