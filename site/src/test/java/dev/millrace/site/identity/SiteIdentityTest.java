package dev.millrace.site.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.site.blobs.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteIdentityTest {

    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);

    @TempDir Path folder;

    /// The public key of the seed 00 01 02 … 1f, and what go-libp2p and js-libp2p call it.
    @Test
    void peerIdIsTheOneOtherImplementationsDerive() {
        var key =
                HexFormat.of()
                        .parseHex(
                                "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");

        assertThat(PeerId.of(key).text())
                .isEqualTo("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB");
    }

    @Test
    void leadingZeroBytesAreOnesInBase58() {
        assertThat(Base58.encode(new byte[] {0, 0, 1})).isEqualTo("112");
        assertThat(
                        Base58.encode(
                                "Hello World!"
                                        .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo("2NEpo7TZRRrLZSi2U");
    }

    @Test
    void identityIsMadeOnceAndKept() throws Exception {
        var made = SiteIdentity.open(folder, () -> FIRST).site();

        assertThat(SiteIdentity.open(folder, () -> SECOND).site()).isEqualTo(made);
        assertThat(made.peer()).startsWith("12D3KooW");
        assertThat(made.incarnation()).isEqualTo(FIRST);
    }

    @Test
    void keyIsReadableByItsOwnerOnly() throws Exception {
        SiteIdentity.open(folder, () -> FIRST);

        assertThat(Files.getPosixFilePermissions(folder.resolve("key.pem")))
                .isEqualTo(DurableFile.PRIVATE);
    }

    @Test
    void removingTheIncarnationRenewsItAndKeepsTheKey() throws Exception {
        var before = SiteIdentity.open(folder, () -> FIRST).site();
        Files.delete(folder.resolve("incarnation"));

        var after = SiteIdentity.open(folder, () -> SECOND).site();

        assertThat(after.peer()).isEqualTo(before.peer());
        assertThat(after.incarnation()).isEqualTo(SECOND);
    }

    @Test
    void keysOfTwoSitesInOneFileAreRefused() throws Exception {
        var key = folder.resolve("key.pem");
        SiteIdentity.open(folder, () -> FIRST);
        var mine = Files.readString(key);
        Files.delete(key);
        SiteIdentity.open(folder, () -> FIRST);
        int end = mine.indexOf("-----BEGIN PUBLIC");
        var foreign = Files.readString(key);
        Files.writeString(
                key,
                mine.substring(0, end) + foreign.substring(foreign.indexOf("-----BEGIN PUBLIC")));

        assertThatThrownBy(() -> SiteIdentity.open(folder, () -> FIRST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not that of the private key");
    }

    @Test
    void aDamagedKeyFileIsToldAndNotReplaced() throws Exception {
        Files.writeString(folder.resolve("key.pem"), "nothing of the kind");

        assertThatThrownBy(() -> SiteIdentity.open(folder, () -> FIRST))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no PRIVATE KEY block");
        assertThat(folder.resolve("key.pem")).hasContent("nothing of the kind");
    }

    @Test
    void tokenIsMadeOnceLongPrivateAndNeverPrinted() throws Exception {
        var file = folder.resolve("token");
        var token = LocalToken.open(file, new SecureRandom());

        assertThat(LocalToken.open(file, new SecureRandom())).isEqualTo(token);
        assertThat(token.value()).hasSize(43);
        assertThat(token).hasToString("***");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(DurableFile.PRIVATE);
    }

    @Test
    void aTokenThatCouldBeGuessedIsRefused() throws Exception {
        var file = folder.resolve("token");
        Files.writeString(file, "secret\n");

        assertThatThrownBy(() -> LocalToken.open(file, new SecureRandom()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("token: 6 characters (expected: at least 32");
    }
}
