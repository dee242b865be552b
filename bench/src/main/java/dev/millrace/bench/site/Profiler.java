package dev.millrace.bench.site;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/// Draws where another JVM's CPU time goes, as a flame graph, with async-profiler.
public final class Profiler {

    /* By the threads' own CPU timers: needs no privilege. Frames of under a five-hundredth of the
    whole are left out, which keeps the picture small. */
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

    /// Ends, and writes the picture.
    ///
    /// @param file HTML if its name ends so, else collapsed stacks as text
    @SuppressWarnings("BanJNDI") // the address is that of a JVM of one's own
    public static void stop(long pid, Path file, String title) throws IOException {
        var form =
                file.toString().endsWith(".html")
                        ? "flamegraph,minwidth=0.2,simple,title=" + title.replace(',', ' ')
                        : "collapsed";
        var command = "stop,file=%s,%s".formatted(file.toAbsolutePath(), form);
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
