package dev.millrace.domain.task;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Makes and checks the tokens by which workers prove that they hold an attempt: HMAC-SHA-256 (RFC
/// 2104) of the task and the attempt, its first 24 bytes in base64url.
///
/// All processes of a site have the same key. Immutable; prints as `***`.
public final class ClaimKey {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int TOKEN_BYTES = 24;

    private final SecretKeySpec key;

    /// @param secret 32 bytes or more
    public ClaimKey(byte[] secret) {
        if (secret.length < 32) {
            throw new IllegalArgumentException(
                    "claim key: " + secret.length + " bytes (expected: 32 or more)");
        }
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// The token of an attempt.
    public String token(TaskId task, int attempt) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            var text = "millrace claim 1\n" + task + "\n" + attempt;
            var code = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().encodeToString(Arrays.copyOf(code, TOKEN_BYTES));
        } catch (GeneralSecurityException impossible) { // every JDK has it
            throw new IllegalStateException(impossible);
        }
    }

    /// Whether a token is that of the attempt; takes the same time whatever the token is.
    public boolean isToken(@Nullable String token, TaskId task, int attempt) {
        var expected = token(task, attempt).getBytes(StandardCharsets.US_ASCII);
        var given = (token == null ? "" : token).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given);
    }

    @Override
    public String toString() {
        return "***";
    }
}
