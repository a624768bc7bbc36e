package org.iommulab.capture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.LspciReader;
import org.iommulab.bus.pci.PciAddress;

/** Makes a tree of files out of a listing of sysfs: {@code path<TAB>value}, links as {@code -> target}. */
final class SysfsTree {
    private final Path root;
    private final Map<String, String> links = new LinkedHashMap<>();

    SysfsTree(Path root) {
        this.root = root;
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /** Links come first: what is listed below a link is below what it points at. */
    void listing(List<String> lines) throws IOException {
        for (String line : lines) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2 && parts[1].startsWith("-> ")) {
                links.put(parts[0], parts[1].substring(3));
            }
        }
        for (Map.Entry<String, String> link : links.entrySet()) {
            link(link.getKey(), link.getValue());
        }
        for (String line : lines) {
            String[] parts = line.split("\t", 2);
            if (parts.length == 2 && parts[1].equals("(no devices)")) {
                Files.createDirectories(at(parts[0]));
            } else if (parts.length == 2 && parts[0].startsWith("/") && !links.containsKey(parts[0])) {
                file(parts[0], (parts[1].replace("\\n", "\n") + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void link(String path, String target) throws IOException {
        Path link = at(path);
        Files.createDirectories(link.getParent());
        if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            Files.createSymbolicLink(link, Path.of(target));
        }
        // Of the listing's links those of a device, a unit and a group are folders; the rest may lead nowhere.
        if (path.matches("/sys/(bus/pci/devices|class/iommu)/[^/]+")) {
            Files.createDirectories(link.getParent().resolve(target).normalize());
        }
    }

    void file(String path, byte[] bytes) throws IOException {
        Files.createDirectories(at(path).getParent());
        Files.write(at(path), bytes);
    }

    /** Configuration spaces, as {@code lspci -xxxx} prints them. */
    void config(String text, int most) throws IOException {
        for (Map.Entry<PciAddress, ConfigSpace> function :
                LspciReader.parse("lspci", text).entrySet()) {
            byte[] bytes = function.getValue().bytes();
            file(
                    "/sys/bus/pci/devices/" + function.getKey() + "/config",
                    Arrays.copyOf(bytes, Math.min(bytes.length, most)));
        }
    }
}
