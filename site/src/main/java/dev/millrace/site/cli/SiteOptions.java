package dev.millrace.site.cli;

import dev.millrace.site.broker.DataFolder;
import dev.millrace.site.role.Role;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which site a command speaks to: the one whose data folder is named, or any by its URL.
public final class SiteOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "The site's data folder (default: $MILLRACE_DATA, else data/ beside millrace).")
    private @Nullable Path data;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description =
                    "The gateway of a site elsewhere (default: $MILLRACE_URL, else the running site of"
                            + " the data folder). Its token is read from $MILLRACE_TOKEN, else from"
                            + " the data folder.")
    private @Nullable String url;

    /// The data folder, whether or not it exists.
    Path data() {
        return data != null ? data : defaultData();
    }

    static Path defaultData() {
        var named = System.getenv("MILLRACE_DATA");
        return named != null && !named.isEmpty()
                ? Path.of(named)
                : Path.of(System.getProperty("millrace.home", "."), "data");
    }

    /// A client of the site.
    ///
    /// @throws ApiProblem if the data folder has no running site, or its token cannot be read
    ApiClient connect() throws ApiProblem {
        return new ApiClient(gateway(), token());
    }

    /// Where its gateway listens.
    ///
    /// @throws ApiProblem if the data folder has no running site
    public URI gateway() throws ApiProblem {
        var named = url != null ? url : System.getenv("MILLRACE_URL");
        if (named != null && !named.isEmpty()) {
            return address(named);
        }
        try {
            var running = DataFolder.addressOf(data(), Role.GATEWAY);
            if (running != null) {
                return address(running);
            }
        } catch (IOException absent) {
            // Then none is running.
        }
        throw new ApiProblem(
                0,
                "no site is ready on %s: start one with `millrace dev`, or name one with --url"
                        .formatted(data().toAbsolutePath().normalize()));
    }

    /// What its gateway is to be shown.
    ///
    /// @throws ApiProblem if it cannot be read
    public String token() throws ApiProblem {
        var named = System.getenv("MILLRACE_TOKEN");
        if (named != null && !named.isBlank()) {
            return checked(named.strip());
        }
        var file = data().resolve("token");
        try {
            return checked(Files.readString(file).strip());
        } catch (IOException unreadable) {
            throw new ApiProblem(
                    0,
                    "cannot read the token %s: set MILLRACE_TOKEN, or name the data folder with --data"
                            .formatted(file));
        }
    }

    private static URI address(String text) throws ApiProblem {
        try {
            var address = new URI(text);
            if (address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getRawUserInfo() == null) {
                return address;
            }
        } catch (URISyntaxException malformed) {
            // Told below, like any other text that is no address.
        }
        // What comes before an @ may be a password.
        throw new ApiProblem(
                0,
                "url: %s (expected: http://host:port without user and password)"
                        .formatted(text.contains("@") ? "***" : text));
    }

    /// A token that may stand in a header; what it is never shows in a message.
    private static String checked(String token) throws ApiProblem {
        if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ApiProblem(0, "token: holds white space or signs that no token has");
        }
        return token;
    }
}
