package org.iommulab.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of a machine's sysfs and procfs, or of a copy of them. Whatever cannot be read is no error: it is missing,
 * and remembered when it is there but forbidden.
 */
final class MachineFiles {
    private static final int MOST_BYTES = 1 << 20;

    private final Path root;
    private final Set<String> forbidden = new LinkedHashSet<>();

    /** @param root {@code /}, or where the copy is */
    MachineFiles(Path root) {
        this.root = root;
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /** Paths that are there and could not be read. */
    List<String> forbidden() {
        return List.copyOf(forbidden);
    }

    boolean exists(String path) {
        return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** The text of a file without the line end at its end. */
    Optional<String> text(String path) {
        return bytes(path)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .map(text -> text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    /** The bytes of a file, at most a megabyte. Files of sysfs do not tell their length. */
    Optional<byte[]> bytes(String path) {
        Path file = at(path);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(MOST_BYTES));
        } catch (AccessDeniedException e) {
            forbidden.add(path);
            return Optional.empty();
        } catch (IOException e) {
            // a file of sysfs may refuse for reasons of the device's: as if it were not there
            return Optional.empty();
        }
    }

    /** What a link points at, as it is written. */
    Optional<String> link(String path) {
        Path link = at(path);
        try {
            return Files.isSymbolicLink(link)
                    ? Optional.of(Files.readSymbolicLink(link).toString())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The last part of what a link points at: the name of a driver, a group, a unit. */
    Optional<String> linkName(String path) {
        return link(path).map(target -> target.substring(target.lastIndexOf('/') + 1));
    }

    /** The names in a folder, in their order; none when there is no such folder. */
    List<String> list(String path) {
        try (Stream<Path> entries = Files.list(at(path))) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (AccessDeniedException e) {
            forbidden.add(path);
            return List.of();
        } catch (NoSuchFileException | java.nio.file.NotDirectoryException e) {
            return List.of();
        } catch (IOException | java.io.UncheckedIOException e) {
            return new ArrayList<>();
        }
    }
}
