package dev.millrace.site.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which site a command speaks to: the one whose data folder is named, or any by its URL.
final class SiteOptions {

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
    private @Nullable URI url;

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

    private URI gateway() throws ApiProblem {
        if (url != null) {
            return url;
        }
        var named = System.getenv("MILLRACE_URL");
        if (named != null && !named.isEmpty()) {
            return URI.create(named);
        }
        var address = data().resolve("gateway.url");
        try {
            return URI.create(Files.readString(address).strip());
        } catch (IOException absent) {
            throw new ApiProblem(
                    0,
                    "no site is running on %s: start one with `millrace dev`, or name one with --url"
                            .formatted(data().toAbsolutePath().normalize()));
        }
    }

    private String token() throws ApiProblem {
        var named = System.getenv("MILLRACE_TOKEN");
        if (named != null && !named.isEmpty()) {
            return named;
        }
        var file = data().resolve("token");
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new ApiProblem(
                    0,
                    "cannot read the token %s: set MILLRACE_TOKEN, or name the data folder with --data"
                            .formatted(file));
        }
    }
}
