package dev.millrace.site.management;

import java.util.Map;

/// Bounds of the JDK's HTTP servers in this process: of the management port and the embedded
/// registry. The JDK sets none by itself, so whoever sends half a request would keep a connection
/// and a thread for ever.
///
/// | bound | of each server |
/// |---|---|
/// | 10 s | from a request's first byte to the end of its body |
/// | 90 s | from then to the end of the answer; the registry waits for Kafka for up to a minute |
/// | 30 s | without a request |
/// | 768 connections | 608 questions of other processes may be under way at once; one more is closed |
public final class HttpServerBounds {

    /* The JDK 25 reads all three times as seconds, whatever its page says of the first two. */
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "sun.net.httpserver.maxReqTime", "10",
                    "sun.net.httpserver.maxRspTime", "90",
                    "sun.net.httpserver.idleInterval", "30",
                    "jdk.httpserver.maxConnections", "768");

    private HttpServerBounds() {}

    /// Sets all that the command line of the JVM has not set. Does nothing once a server was made:
    /// the JDK reads them once.
    public static void set() {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
