package org.iommulab.app.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.iommulab.sim.Machine;

/** The model's sources, as its jar (or class folder) carries them. */
final class SourceFiles {
    private static final String ROOT = "/META-INF/lab-source/";
    private static final String ANCHOR = "org/iommulab/sim/Machine.java";

    private SourceFiles() {}

    /** Every file by its path below the source root; empty when this build carries no sources. */
    static Map<String, List<String>> read() {
        URL anchor = Machine.class.getResource(ROOT + ANCHOR);
        if (anchor == null) {
            return Map.of();
        }
        try {
            URI uri = anchor.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return read(Path.of(uri));
            }
            try (FileSystem opened = FileSystems.newFileSystem(uri, Map.of())) {
                return read(opened.getPath(ROOT + ANCHOR));
            } catch (FileSystemAlreadyExistsException e) {
                return read(FileSystems.getFileSystem(uri).getPath(ROOT + ANCHOR));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | FileSystemNotFoundException e) {
            throw new IllegalStateException("cannot read the model's sources at " + anchor, e);
        }
    }

    private static Map<String, List<String>> read(Path anchor) throws IOException {
        Path root = anchor.resolve("../".repeat(Path.of(ANCHOR).getNameCount())).normalize();
        var files = new TreeMap<String, List<String>>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".java")).toList()) {
                files.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllLines(path));
            }
        }
        return files;
    }
}
