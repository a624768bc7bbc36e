package org.iommulab.bus.pci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.iommulab.bus.Device;
import org.iommulab.capture.CapturedTopology;
import org.iommulab.capture.TopologyReader;
import org.iommulab.kernel.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From nothing but configuration spaces to the groups that the captured kernels made of them at boot. */
class CapturedGroupsTest {
    private static final String PROPERTY = "iommulab.captures";

    @ParameterizedTest
    @CsvSource({"intel, 18, 13", "amd, 16, 12", "smmuv3, 12, 2", "smmuv3acpi, 12, 10"})
    void whatTheKernelHadGrouped(String name, int members, int groups) throws IOException {
        var resources = Path.of("src/test/resources/capture");
        CapturedTopology topology = TopologyReader.read(resources.resolve(name + "-topology.json"));
        assertThat(pciGroups(topology)).hasSize(groups);
        assertThat(String.join(" ", pciGroups(topology)).split(" ")).hasSize(members);
        check(resources.resolve(name + "-lspci.txt"), topology);
    }

    /** Any captures that this machine has: a folder of folders, each with lspci-xxxx.txt and topology.json. */
    @Test
    void whatOtherKernelsHadGrouped() throws IOException {
        String folder = System.getProperty(PROPERTY, "");
        assumeTrue(!folder.isEmpty(), "no -D" + PROPERTY);
        try (Stream<Path> captures = Files.list(Path.of(folder))) {
            List<Path> found = captures.filter(capture -> Files.exists(capture.resolve("lspci-xxxx.txt")))
                    .sorted()
                    .toList();
            assertThat(found).isNotEmpty();
            for (Path capture : found) {
                check(capture.resolve("lspci-xxxx.txt"), TopologyReader.read(capture.resolve("topology.json")));
            }
        }
    }

    private static void check(Path lspci, CapturedTopology topology) throws IOException {
        var pci = new CapturedPci(LspciReader.read(lspci), false, Version.V6_12);
        pci.host.scan();
        pci.join(topology.groups().stream()
                .flatMap(group -> group.devices().stream())
                .toList());
        assertThat(pci.groups()).as(lspci.toString()).isEqualTo(pciGroups(topology));
        tiesFit(pci, topology);
    }

    // two functions have a chain of ties just when they are in one group
    private static void tiesFit(CapturedPci pci, CapturedTopology topology) {
        var links = new PciLinks(pci.drivers.pci(), pci.host.functions());
        List<Device> members = pci.host.functions().stream()
                .filter(device -> !device.iommuGroup().isNull())
                .toList();
        for (Device a : members) {
            for (Device b : members) {
                assertThat(links.path(a, b).isPresent())
                        .as(a + " and " + b + " in " + topology.meta().kernelVersion())
                        .isEqualTo(a.iommuGroup().same(b.iommuGroup()));
            }
        }
    }

    private static TreeSet<String> pciGroups(CapturedTopology topology) {
        var sets = new TreeSet<String>();
        for (CapturedTopology.Group group : topology.groups()) {
            List<String> names = group.devices().stream()
                    .filter(name -> PciAddress.parse(name).isPresent())
                    .sorted()
                    .toList();
            if (!names.isEmpty()) {
                sets.add(String.join(" ", names));
            }
        }
        return sets;
    }
}
