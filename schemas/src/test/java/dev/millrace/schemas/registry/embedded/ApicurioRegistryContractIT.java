package dev.millrace.schemas.registry.embedded;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// A real registry keeps the contract too: Apicurio, a process of its own.
@Tag("full")
class ApicurioRegistryContractIT extends RegistryContract {

    @TempDir static Path data;

    @Override
    RegistryUnderTest start() throws Exception {
        return ApicurioProcess.start(data);
    }
}
