package org.iommulab.conform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder that a capture of a real machine was written into. */
record CaptureFolder(Path path) {
    private static final String SCRIPT = "script.txt";
    private static final String NEEDED =
            "a machine is built from capture.txt, topology.json, lspci-xxxx.txt and iomem.txt";

    /**
     * The captures in the given folders, and in those one level below.
     *
     * @throws BadCapture when one of them holds none
     */
    static List<CaptureFolder> in(List<Path> paths) throws IOException {
        var folders = new ArrayList<CaptureFolder>();
        for (Path path : paths) {
            List<Path> found = Files.exists(path.resolve(SCRIPT)) ? List.of(path) : below(path);
            if (found.isEmpty()) {
                throw new BadCapture(path, "holds no capture: no " + SCRIPT + " here, nor in a folder below");
            }
            found.forEach(each -> folders.add(new CaptureFolder(each)));
        }
        return folders;
    }

    private static List<Path> below(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            throw new BadCapture(path, "there is no such folder");
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(each -> Files.exists(each.resolve(SCRIPT)))
                    .sorted()
                    .toList();
        }
    }

    String name() {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /**
     * A file without which nothing can be done.
     *
     * @throws BadCapture when it is not there
     */
    Path needed(String name) throws BadCapture {
        if (!has(name)) {
            throw new BadCapture(file(name), "there is no such file; " + NEEDED);
        }
        return file(name);
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }
}
