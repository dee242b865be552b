package dev.millrace.site.identity;

import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.site.blobs.DurableFile;
import dev.millrace.streams.audit.AuditKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/// What a site signs its history with, made on the first start.
///
/// ```
/// audit-keys/operator.pem                   signs checkpoints, and nothing else
/// audit-keys/witness-1.pem witness-2.pem    countersign them
/// audit-keys/witness-1.last witness-2.last  what each countersigned last
/// ```
///
/// They are not the site's identity: who checks the history needs none of that, and a key can be
/// replaced while the other stays.
public final class AuditKeyFiles {

    private static final int WITNESSES = 2;
    private static final String OPERATOR = "operator.pem";

    /// Of a history: is there from the first checkpoint on.
    private static final String SIGNED = "log/head";

    private AuditKeyFiles() {}

    /// Reads the keys in a folder; makes those that are missing, as long as nothing was signed.
    ///
    /// @param history where that would be
    /// @param site whose history it is; gives the keys their names
    /// @throws IOException if one cannot be read or written, or is no longer what was written, or
    ///   is gone
    public static AuditKeys open(Path folder, Path history, PeerId site) throws IOException {
        DurableFile.makeFolder(folder);
        if (Files.exists(history.resolve(SIGNED))) {
            requireAll(folder, history);
        }
        var origin = "millrace/" + site.text();
        try {
            var operator = new OperatorKey(origin, KeyFile.open(folder.resolve(OPERATOR)));
            var witnesses = new ArrayList<WitnessKey>();
            for (int i = 1; i <= WITNESSES; i++) {
                var name = "witness-" + i;
                witnesses.add(
                        new WitnessKey(
                                origin + "/" + name, KeyFile.open(folder.resolve(fileOf(i)))));
            }
            return new AuditKeys(operator, witnesses);
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new IOException(
                    folder + ": not the audit keys of a site: " + damaged.getMessage(), damaged);
        }
    }

    /// A new key would sign another history under the name of this one.
    private static void requireAll(Path folder, Path history) throws IOException {
        var files = new ArrayList<>(List.of(OPERATOR));
        for (int i = 1; i <= WITNESSES; i++) {
            files.add(fileOf(i));
        }
        for (var file : files) {
            if (!Files.exists(folder.resolve(file))) {
                throw new IOException(
                        "%s is gone, which the history in %s was signed with (expected: put it back from a backup; or, while the site is stopped, set the history aside with `millrace audit begin`)"
                                .formatted(folder.resolve(file), history));
            }
        }
    }

    private static String fileOf(int witness) {
        return "witness-" + witness + ".pem";
    }
}
