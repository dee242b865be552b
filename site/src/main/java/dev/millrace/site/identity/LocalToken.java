package dev.millrace.site.identity;

import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/// The bearer token of the site's own machine: whoever can read its file may do everything.
///
/// Made on the first start: 32 random bytes in base64url, in a file that only its owner reads. To
/// change it, remove the file and start again. Prints as `***`.
public record LocalToken(String value) {

    private static final int RANDOM_BYTES = 32;
    private static final int SHORTEST = 32;

    public LocalToken {
        if (value.length() < SHORTEST || !value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "token: %d characters (expected: at least %d, printable, no spaces)"
                            .formatted(value.length(), SHORTEST));
        }
    }

    /// Reads the token; makes one if there is none.
    ///
    /// @throws IOException if it cannot be read or written, or is too weak
    public static LocalToken open(Path file, SecureRandom random) throws IOException {
        if (!Files.exists(file)) {
            var bytes = new byte[RANDOM_BYTES];
            random.nextBytes(bytes);
            var text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n";
            DurableFile.create(file, text.getBytes(StandardCharsets.US_ASCII), DurableFile.PRIVATE);
        }
        Files.setPosixFilePermissions(file, DurableFile.PRIVATE);
        try {
            return new LocalToken(Files.readString(file).strip());
        } catch (IllegalArgumentException weak) {
            throw new IOException(file + ": " + weak.getMessage(), weak);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
