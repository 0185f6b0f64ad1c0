package io.i2kit.apiserver.http.auth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Users of a static token file: lines of {@code token,user,uid[,"group1,group2"]}, as kube-apiserver reads it. */
public final class TokenUsers implements TokenAuthenticator {
    /** No tokens. */
    public static final TokenUsers NONE = new TokenUsers(Map.of());

    /** Keyed by the token's digest, so that a look-up's time says nothing of a token. */
    private final Map<String, UserInfo> byDigest;

    private TokenUsers(Map<String, UserInfo> byDigest) {
        this.byDigest = byDigest;
    }

    /** @throws IOException when it cannot be read or a line has too few fields */
    public static TokenUsers read(Path file) throws IOException {
        Map<String, UserInfo> users = new TreeMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> fields = fields(line);
            if (fields.size() < 3 || fields.getFirst().isEmpty()) {
                throw new IOException(file + ":" + number + ": expected token,user,uid[,\"groups\"]");
            }
            List<String> groups = new ArrayList<>();
            if (fields.size() > 3) {
                for (String group : fields.get(3).split(",", -1)) {
                    if (!group.isBlank()) {
                        groups.add(group.strip());
                    }
                }
            }
            groups.add(UserInfo.AUTHENTICATED);
            users.put(digest(fields.getFirst()), new UserInfo(fields.get(1), fields.get(2), groups));
        }
        return new TokenUsers(users);
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (char next : line.toCharArray()) {
            if (next == '"') {
                quoted = !quoted;
            } else if (next == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(next);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** These tokens are meant for whoever asks. */
    @Override
    public @Nullable Authenticated authenticate(String token, List<String> audiences) {
        UserInfo user = byDigest.get(digest(token));
        return user == null ? null : new Authenticated(user, audiences);
    }

    private static String digest(String token) {
        return digest(token.getBytes(StandardCharsets.UTF_8));
    }

    /** SHA-256 in hexadecimal digits. */
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
