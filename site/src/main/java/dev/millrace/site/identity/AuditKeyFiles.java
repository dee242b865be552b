package dev.millrace.site.identity;

import dev.millrace.domain.audit.note.OperatorKey;
import dev.millrace.domain.audit.note.WitnessKey;
import dev.millrace.site.blobs.DurableFile;
import dev.millrace.streams.audit.AuditKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;

/// What a site signs its history with, made on the first start.
///
/// ```
/// audit-keys/operator.pem                   signs checkpoints, and nothing else
/// audit-keys/witness-1.pem witness-2.pem    countersign them
/// ```
///
/// They are not the site's identity: who checks the history needs none of that, and a key can be
/// replaced while the other stays.
public final class AuditKeyFiles {

    private static final int WITNESSES = 2;

    private AuditKeyFiles() {}

    /// Reads the keys in a folder; makes those that are missing.
    ///
    /// @param site whose history it is; gives the keys their names
    /// @throws IOException if one cannot be read or written, or is no longer what was written
    public static AuditKeys open(Path folder, PeerId site) throws IOException {
        DurableFile.makeFolder(folder);
        var origin = "millrace/" + site.text();
        try {
            var operator = new OperatorKey(origin, KeyFile.open(folder.resolve("operator.pem")));
            var witnesses = new ArrayList<WitnessKey>();
            for (int i = 1; i <= WITNESSES; i++) {
                var name = "witness-" + i;
                witnesses.add(
                        new WitnessKey(
                                origin + "/" + name, KeyFile.open(folder.resolve(name + ".pem"))));
            }
            return new AuditKeys(operator, witnesses);
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new IOException(
                    folder + ": not the audit keys of a site: " + damaged.getMessage(), damaged);
        }
    }
}
