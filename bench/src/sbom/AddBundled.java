import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Adds to an SBOM what a jar of ours carries inside, copied there by the build and so a dependency
/// of nobody: which it is says the notice that came with it, of which those are taken whose classes
/// are there.
///
/// Run by the build from its source: SBOM, name of our jar, folder of what was unpacked into it,
/// notice, and the coordinates of the jar that all of it was unpacked from.
final class AddBundled {

    private static final Pattern NOTED = Pattern.compile("- ([^:\\s]+):([^:\\s]+):([^:\\s]+)");
    private static final int TELLING_PARTS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private AddBundled() {}

    public static void main(String[] arguments) throws IOException {
        var file = Path.of(arguments[0]);
        var jar = arguments[1];
        var unpacked = Path.of(arguments[2]);
        var sbom = (ObjectNode) JSON.readTree(file.toFile());
        int added = 0;
        for (var line : Files.readAllLines(Path.of(arguments[3]))) {
            var noted = NOTED.matcher(line.strip());
            if (noted.matches() && holds(unpacked, noted.group(1))) {
                add(sbom, jar, noted.group(1), noted.group(2), noted.group(3));
                added++;
            }
        }
        if (added == 0) {
            throw new IOException(arguments[3] + " names nothing that is in " + unpacked);
        }
        var from = arguments[4].split(":");
        add(sbom, jar, from[0], from[1], from[2]);
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), sbom);
    }

    /// Whether there are classes of a group, under whatever name they were moved to.
    private static boolean holds(Path unpacked, String group) throws IOException {
        var parts = List.of(group.split("\\."));
        int telling = Math.min(TELLING_PARTS, parts.size());
        var packages = Path.of(String.join("/", parts.subList(0, telling)));
        try (var paths = Files.walk(unpacked)) {
            return paths.anyMatch(path -> Files.isDirectory(path) && path.endsWith(packages));
        }
    }

    private static void add(
            ObjectNode sbom, String jar, String group, String artifact, String version) {
        var address = "pkg:maven/%s/%s@%s".formatted(group, artifact, version);
        var reference = jar + "!" + address;
        var component = sbom.withArray("components").addObject();
        component.put("type", "library").put("bom-ref", reference);
        component.put("group", group).put("name", artifact).put("version", version);
        component.put("scope", "required").put("purl", address);
        component.withArray("licenses").addObject().putObject("license").put("id", "Apache-2.0");
        component
                .withArray("properties")
                .addObject()
                .put("name", "millrace:bundled-in")
                .put("value", jar);
        for (var dependency : sbom.withArray("dependencies")) {
            if (dependency.path("ref").asText().contains("/" + jar + "@")) {
                ((ObjectNode) dependency).withArray("dependsOn").add(reference);
            }
        }
        sbom.withArray("dependencies").addObject().put("ref", reference);
    }
}
